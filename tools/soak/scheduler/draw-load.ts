import type { Random } from '../calendar/random.ts';
import type { PlannedSchedule, Timetable } from '../calendar/timetable.ts';

const SECOND_MS = 1_000;

/** A deployment and its schedule, which fires every few seconds, or minutes. */
export interface PlannedDeployment {
  readonly name: string;
  readonly schedule: PlannedSchedule;
}

/** Two thirds fire each one to five seconds, the rest each one to five minutes. */
export function drawLoad(count: number, random: Random): PlannedDeployment[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `d${index}`,
    schedule: {
      ...{ slug: 's0', timetable: drawTimetable(random, index % 3 > 0), gap: 'auto', fold: 'auto', catchUp: 'all' },
      timezone: random.pick(['UTC', 'Europe/Berlin', 'Australia/Lord_Howe']),
      jitterMs: random.isLikely(0.2) ? random.whole(1, 900) : 0,
      expireAfterMs: null,
    },
  }));
}

function drawTimetable(random: Random, isOften: boolean): Timetable {
  if (random.isLikely(0.3)) {
    const every = { form: 'every', step: random.whole(1, 5) } as const;
    const open = { form: 'any' } as const;
    const minute = isOften ? open : every;
    const second = isOften ? every : null;
    return { kind: 'cron', second, minute, hour: open, dayOfMonth: open, month: open, dayOfWeek: open, dayOr: true };
  }
  return { kind: 'interval', everyMs: random.whole(1, 5) * (isOften ? 1 : 60) * SECOND_MS, anchorMs: null };
}
