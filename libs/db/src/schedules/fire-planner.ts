import { type CompiledSchedule, compileSchedule, openZones, ScheduleError } from '@millrace/schedules';
import type { StoredScheduleSpec } from '../connection/tables.ts';
import { type FiresAhead, type MissedFires, planAhead, planMissed } from './plan-fires.ts';
import type { ScheduleToFire } from './read-schedules.ts';

/** What is to be done about a schedule now. */
export interface FirePlan extends MissedFires {
  /** To be made besides what was missed, in order. */
  readonly ahead: readonly number[];
  /** Up to here everything is known then. */
  readonly watermark: number;
  /** When to look again; null: there is nothing to come. */
  readonly topUpAt: number | null;
}

type Timed = Pick<ScheduleToFire, 'spec' | 'timezone' | 'options'>;

interface Known {
  readonly compiled: CompiledSchedule;
  ahead?: FiresAhead;
  /** By policy and by where it was left off. */
  readonly missed: Map<string, MissedFires>;
}

/**
 * Plans fires for many schedules at one instant: each distinct one is compiled, and looked ahead of, once. Thousands of
 * deployments often share a handful.
 */
export class FirePlanner {
  readonly #now: number;
  readonly #zones = openZones();
  readonly #known = new Map<string, Known | ScheduleError>();

  constructor(now: number) {
    this.#now = now;
  }

  /** The schedule ready for use; a ScheduleError where it can't fire. */
  compile(schedule: Timed): CompiledSchedule | ScheduleError {
    const known = this.#find(schedule);
    return known instanceof ScheduleError ? known : known.compiled;
  }

  /** @param limit see {@link planMissed} */
  plan(schedule: Timed & Pick<ScheduleToFire, 'watermark'>, limit: number): FirePlan | ScheduleError {
    const known = this.#find(schedule);
    if (known instanceof ScheduleError) return known;
    const { watermark } = schedule;
    const missed = this.#missedOf(known, schedule, limit);
    // The rest is looked at before anything else.
    if (missed.upTo !== null) return { ...missed, ahead: [], watermark: missed.upTo, topUpAt: this.#now };
    known.ahead ??= planAhead(known.compiled, this.#now);
    const { wanted, topUpAt } = known.ahead;
    return {
      ...missed,
      ahead: wanted.filter((fire) => fire > watermark),
      watermark: Math.max(watermark, this.#now, wanted.at(-1) ?? this.#now),
      topUpAt,
    };
  }

  #find({ spec, timezone, options }: Timed): Known | ScheduleError {
    const { dstGap, dstFold } = options;
    const key = `${timezone} ${dstGap} ${dstFold} ${specKey(spec)}`;
    let known = this.#known.get(key);
    if (!known) {
      known = this.#compile({ spec, timezone, options });
      this.#known.set(key, known);
    }
    return known;
  }

  #compile({ spec, timezone, options: { dstGap, dstFold } }: Timed): Known | ScheduleError {
    try {
      return { compiled: compileSchedule({ spec, timezone, dstGap, dstFold }, this.#zones), missed: new Map() };
    } catch (error) {
      if (error instanceof ScheduleError) return error;
      throw error;
    }
  }

  #missedOf(known: Known, schedule: Pick<ScheduleToFire, 'options' | 'watermark'>, limit: number): MissedFires {
    const { watermark, options } = schedule;
    const { catchUp, expireAfterMs, jitterMs } = options;
    const key = `${catchUp} ${expireAfterMs} ${jitterMs} ${watermark} ${limit}`;
    const missed = known.missed.get(key) ?? planMissed(known.compiled, { watermark, now: this.#now, limit }, options);
    known.missed.set(key, missed);
    return missed;
  }
}

function specKey(spec: StoredScheduleSpec): string {
  switch (spec.kind) {
    case 'interval':
      return `interval ${spec.intervalMs} ${spec.anchorMs}`;
    case 'cron':
      return `cron ${spec.dayOr} ${spec.cron}`;
    case 'rrule':
      return `rrule ${spec.rrule}`;
  }
}
