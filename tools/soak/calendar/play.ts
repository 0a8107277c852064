import type { VirtualClock } from '@millrace/clock/virtual';
import { Diary } from './diary.ts';
import type { CalendarInstallation } from './installation.ts';
import type { Act, CalendarPlan } from './plan.ts';
import type { Random } from './random.ts';

/** A time in which no scheduler was at work. */
export interface Outage {
  readonly from: number;
  readonly until: number;
}

/** What was played. */
export interface Played {
  readonly diary: Diary;
  readonly outages: readonly Outage[];
  readonly restarts: number;
  readonly steps: number;
}

export interface PlayContext {
  readonly installation: CalendarInstallation;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly stop: AbortSignal;
  /** Called when another day of the plan is over. */
  readonly dayOver: (days: number) => void;
}

const analyze = { name: 'soak_analyze', text: 'analyze' };
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
// Runs are made more than an hour ahead: in steps within it none is missed.
const fewestMinutes = 25;
const mostMinutes = 55;
const actsAtOnce = 8;
const lastLooks = 4;
/** By then every loop has begun another pass. */
export const LOOKED_WITHIN_MS = 10_000;

/** Moves the clock through a plan, and does at each of its instants what is to be done then. */
export async function play(plan: CalendarPlan, context: PlayContext): Promise<Played> {
  const { installation, clock, random, stop } = context;
  const diary = new Diary();
  const outages: Outage[] = [];
  const acts = [...plan.acts];
  const shifts = [...plan.shifts];
  const played = { steps: 0, restarts: 0 };
  let absentSince: number | null = plan.start;
  for (let now = clock.now(); ; now = clock.now()) {
    stop.throwIfAborted();
    // At times what is done meets a pass that is under way.
    if (random.isLikely(0.5)) await installation.untilIdle();
    await perform(takeDue(acts, now), { ...context, diary });
    const shift = takeDue(shifts, now).at(-1);
    if (shift) {
      played.restarts += 1;
      await installation.startSchedulers(shift.schedulers);
      if (shift.schedulers > 0 && absentSince !== null) outages.push({ from: absentSince, until: now });
      absentSince = shift.schedulers > 0 ? null : now;
    }
    await installation.untilIdle();
    if (now >= plan.end) break;
    const step = random.whole(fewestMinutes, mostMinutes) * MINUTE_MS;
    const next = Math.min(now + step, acts[0]?.at ?? plan.end, shifts[0]?.at ?? plan.end, plan.end);
    await clock.advance(next - now);
    played.steps += 1;
    const days = Math.floor((next - plan.start) / DAY_MS);
    if (days > Math.floor((now - plan.start) / DAY_MS)) {
      context.dayOver(days);
      // In the real time of a day Postgres does so by itself; without it, it goes on with the plans for empty tables.
      if (Number.isInteger(Math.log2(days))) await installation.database.run(analyze, []);
    }
  }
  // A pass that began before the end may have looked too early.
  for (let look = 0; look < lastLooks; look++) {
    await clock.advance(LOOKED_WITHIN_MS);
    await installation.untilIdle();
  }
  return { ...played, diary, outages };
}

/** Takes what is due from the head of a list. */
function takeDue<T extends { readonly at: number }>(list: T[], now: number): T[] {
  const due = list.findIndex(({ at }) => at > now);
  return list.splice(0, due < 0 ? list.length : due);
}

async function perform(acts: Act[], { installation, clock, diary }: PlayContext & { diary: Diary }): Promise<void> {
  const now = clock.now();
  const work = async () => {
    for (let act = acts.shift(); act; act = acts.shift()) {
      await installation.perform(act);
      diary.note(act, now);
    }
  };
  await Promise.all(Array.from({ length: actsAtOnce }, work));
}
