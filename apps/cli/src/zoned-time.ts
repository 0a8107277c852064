import type { Zone } from '@millrace/schedules';
import { parseRfc3339 } from './times.ts';
import { UsageError } from './usage-error.ts';

/**
 * The instant that a flag names: RFC 3339, or what the clocks of a zone show ("2026-03-29T02:30", or a date alone). Of two
 * such instants it is the first; of a time that the clocks leave out, the first one after it.
 */
export function readZonedTime(flag: string, text: string, zone: Zone): number {
  const ms = parseRfc3339(text);
  if (ms !== undefined) return ms;
  const wall = parseWallTime(text);
  if (wall !== undefined) return instantOf(wall, zone);
  throw new UsageError(`--${flag} ${text}: a time such as 2026-01-31T09:00, or 2026-01-31T09:00:00Z, is needed`);
}

/** As the milliseconds that clocks in UTC showing the same would have. */
function parseWallTime(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?)?$/.exec(text);
  if (!match) return undefined;
  const [, date, time = '00:00', seconds = ':00'] = match;
  return parseRfc3339(`${date}T${time}${seconds}Z`);
}

function instantOf(wall: number, zone: Zone): number {
  // No zone is further from UTC than this.
  let stretch = zone.stretchAt(wall - 2 * 86_400_000);
  while (wall - stretch.offset >= stretch.end) {
    const next = zone.stretchAt(stretch.end);
    // The end of time has nothing after it.
    if (next.start === stretch.start) break;
    stretch = next;
  }
  return Math.max(wall - stretch.offset, stretch.start);
}
