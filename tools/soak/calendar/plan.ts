import { drawSchedule } from './draw-schedule.ts';
import type { Random } from './random.ts';
import type { PlannedSchedule } from './timetable.ts';

/** How much is played. */
export interface CalendarSize {
  readonly start: number;
  readonly days: number;
  readonly deployments: number;
}

/** Something that somebody does to a deployment. */
export type Act = { readonly at: number; readonly deployment: string } & (
  | { readonly kind: 'apply'; readonly schedules: readonly PlannedSchedule[] }
  /** Without a slug: the switch over all of its schedules. */
  | { readonly kind: 'switch'; readonly slug: string | null; readonly active: boolean }
);

/** From when on how many schedulers are at work. */
export interface Shift {
  readonly at: number;
  readonly schedulers: number;
}

export interface CalendarPlan {
  readonly start: number;
  readonly end: number;
  /** In order; those of one instant are of different deployments. */
  readonly acts: readonly Act[];
  /** In order. At each of them those that were at work are stopped, and others started. */
  readonly shifts: readonly Shift[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function drawPlan({ start, days, deployments }: CalendarSize, random: Random): CalendarPlan {
  const end = start + days * DAY_MS;
  const within = { random, start, end };
  const acts = Array.from({ length: deployments }, (_, index) => drawActs(`d${index}`, within)).flat();
  return { start, end, acts: acts.sort((a, b) => a.at - b.at), shifts: drawShifts(within) };
}

interface Within {
  readonly random: Random;
  readonly start: number;
  readonly end: number;
}

/** A deployment's life. */
function drawActs(deployment: string, { random, start, end }: Within): Act[] {
  const drawing = { random, start };
  const count = random.isLikely(0.6) ? 1 : random.whole(2, 4);
  let schedules = Array.from({ length: count }, (_, index) => drawSchedule(`s${index}`, drawing));
  const created = random.isLikely(0.85) ? start : drawInstant({ random, start, end });
  const acts: Act[] = [{ kind: 'apply', at: created, deployment, schedules }];
  const lives = { random, start: created, end };
  const changes = random.isLikely(0.3) ? random.whole(1, 4) : 0;
  const times = Array.from({ length: changes }, () => drawInstant(lives)).sort((a, b) => a - b);
  for (const at of times) {
    const changed = random.pick(schedules).slug;
    schedules = schedules.map((schedule) => (schedule.slug === changed ? drawSchedule(changed, drawing) : schedule));
    acts.push({ kind: 'apply', at, deployment, schedules });
  }
  const pauses = random.isLikely(0.3) ? random.whole(1, 3) : 0;
  for (let pause = 0; pause < pauses; pause++) {
    const slug = random.isLikely(0.5) ? null : random.pick(schedules).slug;
    const at = drawInstant(lives);
    acts.push({ kind: 'switch', at, deployment, slug, active: false });
    const resumed = at + random.whole(1, 20 * 24 * 60) * MINUTE_MS;
    if (resumed < end) acts.push({ kind: 'switch', at: resumed, deployment, slug, active: true });
  }
  const taken = new Set<number>();
  return acts.filter(({ at }) => !taken.has(at) && taken.add(at));
}

/** Any millisecond; but often one at which something fires. */
function drawInstant({ random, start, end }: Within): number {
  const instant = random.whole(start + 1, end - 1);
  return random.isLikely(0.3) ? Math.max(Math.floor(instant / HOUR_MS) * HOUR_MS, start) : instant;
}

function drawShifts({ random, start, end }: Within): Shift[] {
  const shifts: Shift[] = [{ at: start, schedulers: 1 }];
  let at = start + random.whole(1, 12 * 60) * MINUTE_MS;
  while (at < end - 2 * HOUR_MS) {
    // Nobody was there before the one that begins now only once.
    const isOutage = random.isLikely(0.12) && shifts.at(-1)?.schedulers !== 0;
    shifts.push({ at, schedulers: isOutage ? 0 : random.pick([1, 2, 2]) });
    at += isOutage ? random.whole(20, 36 * 60) * MINUTE_MS : random.whole(10 * 60_000, 30 * HOUR_MS);
  }
  if (shifts.at(-1)?.schedulers === 0) shifts.push({ at: end - HOUR_MS, schedulers: 2 });
  return shifts;
}
