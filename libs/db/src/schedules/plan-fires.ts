import { nextFires, type Schedule } from '@millrace/schedules';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Never fewer than these are ahead, and never less than the hour. */
const fewestAhead = 3;
const leastAheadMs = HOUR_MS;
/** Never more than these; this wins. */
const mostAhead = 100;
const mostAheadMs = 100 * DAY_MS;
/** How far a fill goes, so that what fires each minute is not looked at each minute. */
const filledAheadMs = leastAheadMs + HOUR_MS / 6;
/** With the most ahead there is room only once some have come; this many, so that it is worth a look. */
const roomAfter = 10;
/** Fires missed while nobody looked are made good this far back. */
const mostMissed = 100;
const mostMissedMs = DAY_MS;

/** What is to be done about a schedule now. */
export interface FirePlan {
  /** To be made, in order; those that were missed come first. */
  readonly fires: readonly number[];
  /** Up to here everything has been made then. */
  readonly watermark: number;
  /** When to look again; null: there is nothing to come. */
  readonly topUpAt: number | null;
}

/**
 * Which fires to make so that enough are ahead.
 *
 * @param watermark up to here everything has been made
 * @throws {ScheduleError} for a schedule that can't fire
 */
export function planFires(schedule: Schedule, watermark: number, now: number): FirePlan {
  const ahead = nextFires(schedule, { from: now + 1, until: now + mostAheadMs, limit: mostAhead });
  const wanted = ahead.filter((fire, index) => index < fewestAhead || fire <= now + filledAheadMs);
  const fresh = wanted.filter((fire) => fire > watermark);
  return {
    fires: [...missedFires(schedule, watermark, now), ...fresh],
    watermark: Math.max(watermark, now, wanted.at(-1) ?? now),
    topUpAt: nextLook(schedule, { ahead, wanted, now }),
  };
}

function missedFires(schedule: Schedule, watermark: number, now: number): number[] {
  if (watermark >= now) return [];
  const from = Math.max(watermark + 1, now - mostMissedMs, now - mostMissed * schedule.spec.intervalMs);
  // The window may hold one more than the most: both of its ends count.
  return nextFires(schedule, { from, until: now, limit: mostMissed + 1 }).slice(-mostMissed);
}

function nextLook(
  schedule: Schedule,
  { ahead, wanted, now }: { ahead: readonly number[]; wanted: readonly number[]; now: number },
): number | null {
  if (wanted.length === mostAhead) return wanted[roomAfter - 1] ?? null;
  const next = ahead[wanted.length];
  const thirdLast = wanted[wanted.length - fewestAhead];
  if (thirdLast !== undefined) return next === undefined ? thirdLast : Math.min(thirdLast, next - leastAheadMs);
  // Fewer than wanted: the next one is too far ahead yet.
  const beyond = nextFires(schedule, { from: now + mostAheadMs, limit: 1 })[0];
  return beyond === undefined ? null : Math.max(beyond - mostAheadMs, now + 1000);
}
