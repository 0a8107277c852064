import { type CompiledSchedule, nextFires } from '@millrace/schedules';
import type { ScheduleOptions } from '../connection/tables.ts';
import type { SkipReason } from '../transitions/skip-reason.ts';

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
/** Under `all` a fire that was missed, or that nobody took, is good for as long and until so many newer ones have come. */
export const mostMissed = 100;
export const mostMissedMs = DAY_MS;
/** Under `none` a fire is good for this long. */
export const takenWithinMs = 60_000;

/** What is to come of a schedule, seen from now. */
export interface FiresAhead {
  /** Those that are to have their runs, in order. */
  readonly wanted: readonly number[];
  /** When to look again; null: there is nothing to come. */
  readonly topUpAt: number | null;
}

/** What was missed of a schedule, up to now or to where this look ends. */
export interface MissedFires {
  /** To be made good, in order. */
  readonly made: readonly number[];
  /** To be entered in the ledger as skipped, in order. */
  readonly skipped: readonly { readonly at: number; readonly reason: SkipReason }[];
  /** Up to here all are known thereby; null: up to now. */
  readonly upTo: number | null;
}

/** Which of the fires to come are to have their runs already, so that enough are ahead. */
export function planAhead(schedule: CompiledSchedule, now: number): FiresAhead {
  const ahead = nextFires(schedule, { from: now + 1, until: now + mostAheadMs, limit: mostAhead });
  const wanted = ahead.filter((fire, index) => index < fewestAhead || fire <= now + filledAheadMs);
  return { wanted, topUpAt: nextLook(schedule, { ahead, wanted, now }) };
}

/**
 * What becomes of the fires that nobody has looked at.
 *
 * @param limit looks at so many, at least 200: the ledger has a row for each, and a transaction should not have too many
 */
export function planMissed(
  schedule: CompiledSchedule,
  { watermark, now, limit }: { readonly watermark: number; readonly now: number; readonly limit: number },
  options: Pick<ScheduleOptions, 'catchUp' | 'expireAfterMs' | 'jitterMs'>,
): MissedFires {
  if (watermark >= now) return { made: [], skipped: [], upTo: null };
  const found = nextFires(schedule, { from: watermark + 1, until: now, limit });
  const isPart = found.length === limit;
  // With more to come these are not the newest; which of the last of them are is not known yet.
  const settled = isPart ? found.slice(0, -mostMissed) : found;
  const made: number[] = [];
  const skipped: { at: number; reason: SkipReason }[] = [];
  for (const [index, at] of settled.entries()) {
    const reason = skipReason(at, { newer: found.length - 1 - index, isPart, now }, options);
    if (reason) skipped.push({ at, reason });
    else made.push(at);
  }
  return { made, skipped, upTo: isPart ? (settled.at(-1) ?? watermark) : null };
}

/** Why a missed fire is not made good; undefined if it is. */
function skipReason(
  at: number,
  { newer, isPart, now }: { readonly newer: number; readonly isPart: boolean; readonly now: number },
  { catchUp, expireAfterMs, jitterMs = 0 }: Pick<ScheduleOptions, 'catchUp' | 'expireAfterMs' | 'jitterMs'>,
): SkipReason | undefined {
  // By the last time at which it may have been to start.
  const lateMs = now - at - jitterMs;
  if (catchUp === 'latest' && (newer > 0 || isPart)) return 'catch-up';
  if (catchUp === 'none' && lateMs > takenWithinMs) return 'catch-up';
  const isTooOld = newer >= mostMissed || isPart || now - at > mostMissedMs;
  if (catchUp === undefined && isTooOld) return 'expired';
  return expireAfterMs !== undefined && lateMs > expireAfterMs ? 'expired' : undefined;
}

function nextLook(
  schedule: CompiledSchedule,
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
