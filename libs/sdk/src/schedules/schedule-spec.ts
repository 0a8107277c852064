import type { JsonObject } from '@millrace/packaging';
import type { CatchUp, DstFold, DstGap, Overlap } from './schedule-options.ts';

/** What schedules of each kind have, checked; what is undefined is the server's default, and `active` the operator's. */
export interface ScheduleTerms {
  readonly slug: string | undefined;
  /** IANA name; absent: UTC. */
  readonly timezone: string | undefined;
  readonly active: boolean | undefined;
  readonly parameters: JsonObject | undefined;
  readonly dstGap: DstGap | undefined;
  readonly dstFold: DstFold | undefined;
  readonly jitterMs: number | undefined;
  readonly overlap: Overlap | undefined;
  readonly catchUp: CatchUp | undefined;
  readonly expireAfterMs: number | undefined;
}

/** What an interval is counted from; both absent: 2020-01-01T00:00 in the timezone. */
export interface IntervalAnchor {
  /** Epoch milliseconds. */
  readonly anchorMs: number | undefined;
  /** In place of them, what the clocks of the timezone show: as the milliseconds that clocks in UTC showing the same would have. */
  readonly anchorWallMs: number | undefined;
}

/** A schedule that fires each `intervalMs`, counted from an anchor; made by `every`. */
export interface IntervalSpec extends ScheduleTerms, IntervalAnchor {
  readonly kind: 'interval';
  readonly intervalMs: number;
}

/** A schedule that fires where the calendar and the clock match an expression; made by `cron`. */
export interface CronSpec extends ScheduleTerms {
  readonly kind: 'cron';
  readonly cron: string;
  readonly dayOr: boolean | undefined;
}

/** A schedule that fires by a recurrence rule; made by `rrule`. */
export interface RRuleSpec extends ScheduleTerms {
  readonly kind: 'rrule';
  readonly rrule: string;
}

/** When a deployment's runs are made. */
export type ScheduleSpec = IntervalSpec | CronSpec | RRuleSpec;
