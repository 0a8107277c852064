import type { Act } from './plan.ts';
import type { PlannedSchedule } from './timetable.ts';

/** A time in which a schedule was on, and the same: what fires after `from`, up to `until`, is its. */
export interface Stretch {
  readonly schedule: PlannedSchedule;
  readonly from: number;
  /** Null: it goes on. */
  readonly until: number | null;
}

/** All that was done to a schedule. */
export interface ScheduleLife {
  readonly deployment: string;
  readonly slug: string;
  readonly stretches: readonly Stretch[];
  /** When it was switched off last; null: never. */
  readonly pausedAt: number | null;
}

/** Remembers what was done when, so that what must have come of it can be told. */
export class Diary {
  readonly #deployments = new Map<string, DeploymentLife>();

  note(act: Act, now: number): void {
    const deployment = this.#deployments.get(act.deployment) ?? { isOn: true, schedules: new Map() };
    this.#deployments.set(act.deployment, deployment);
    if (act.kind === 'apply')
      for (const schedule of act.schedules) {
        const known = deployment.schedules.get(schedule.slug);
        if (known === undefined) deployment.schedules.set(schedule.slug, { schedule, ...newLife });
        else if (known.schedule !== schedule) {
          close(known, now);
          known.schedule = schedule;
        }
      }
    else if (act.slug === null) deployment.isOn = act.active;
    else {
      const switched = deployment.schedules.get(act.slug);
      if (switched) switched.isOn = act.active;
    }
    for (const life of deployment.schedules.values()) follow(life, deployment.isOn, now);
  }

  lives(): ScheduleLife[] {
    return [...this.#deployments].flatMap(([deployment, { schedules }]) =>
      [...schedules].map(([slug, { past, schedule, since, pausedAt }]) => {
        const open = since === null ? [] : [{ schedule, from: since, until: null }];
        return { deployment, slug, stretches: [...past, ...open], pausedAt };
      }),
    );
  }
}

interface DeploymentLife {
  isOn: boolean;
  readonly schedules: Map<string, Life>;
}

interface Life {
  schedule: PlannedSchedule;
  isOn: boolean;
  /** Since when it is on, and as it is; null: it is off. */
  since: number | null;
  past: readonly Stretch[];
  pausedAt: number | null;
}

const newLife = { isOn: true, since: null, past: [], pausedAt: null };

function close(life: Life, now: number): void {
  if (life.since === null) return;
  life.past = [...life.past, { schedule: life.schedule, from: life.since, until: now }];
  life.since = null;
}

function follow(life: Life, isDeploymentOn: boolean, now: number): void {
  if (isDeploymentOn && life.isOn) {
    life.since ??= now;
    return;
  }
  if (life.since !== null) life.pausedAt = now;
  close(life, now);
}
