import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../calendar.ts';
import type { IntervalSpec } from '../schedule.ts';
import { cityOf, counted, timeText, weekdayName } from './phrases.ts';

const WEEK_MS = 7 * DAY_MS;
const defaultAnchorWall = Date.UTC(2020, 0, 1);

/** An interval in words. */
export function describeInterval({ intervalMs, anchorMs }: IntervalSpec, timezone: string): string {
  const zone = `, ${cityOf(timezone)}`;
  if (intervalMs < DAY_MS) return `every ${lengthText(intervalMs)}${anchorText(intervalMs, anchorMs, timezone)}`;
  if (intervalMs % DAY_MS !== 0) return `every ${lengthText(intervalMs)}${zone}`;
  const wall = anchorMs === null ? defaultAnchorWall : wallTimeIn(timezone, anchorMs);
  if (wall === null) return `every ${counted(intervalMs / DAY_MS, 'day')}${zone}`;
  const at = ` at ${clockText(wall)}`;
  if (intervalMs % WEEK_MS !== 0) return `every ${counted(intervalMs / DAY_MS, 'day')}${at}${zone}`;
  const weeks = intervalMs / WEEK_MS;
  const weekday = weekdayName(new Date(wall).getUTCDay());
  return weeks === 1 ? `${weekday}s${at}${zone}` : `every ${weeks} weeks on ${weekday}s${at}${zone}`;
}

/** From when an interval below a day is counted, where that makes other fires than the default would. */
function anchorText(intervalMs: number, anchorMs: number | null, timezone: string): string {
  if (anchorMs === null) return '';
  const wall = wallTimeIn(timezone, anchorMs);
  // No zone changed its clocks in the first days of 2020.
  const shownThen = wallTimeIn(timezone, defaultAnchorWall);
  if (wall === null || shownThen === null) return '';
  const defaultAnchor = defaultAnchorWall - (shownThen - defaultAnchorWall);
  if ((anchorMs - defaultAnchor) % intervalMs === 0) return '';
  const date = new Date(wall).toISOString().split('T')[0];
  return `, counted from ${date} ${clockText(wall)}, ${cityOf(timezone)}`;
}

function lengthText(intervalMs: number): string {
  if (intervalMs % HOUR_MS === 0) return counted(intervalMs / HOUR_MS, 'hour');
  if (intervalMs % MINUTE_MS === 0) return counted(intervalMs / MINUTE_MS, 'minute');
  return counted(intervalMs / SECOND_MS, 'second');
}

/** "09:00", with seconds and their fraction where there are any. */
function clockText(wall: number): string {
  const date = new Date(wall);
  if (date.getUTCMilliseconds() > 0) return date.toISOString().slice(-13, -1);
  return timeText(date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds());
}

/** What a zone's clocks show at an instant, as a clock in UTC would have it; null where the zone or the instant is none. */
function wallTimeIn(timeZone: string, instant: number): number | null {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(instant);
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = 0, minutes = 0, seconds = 0] = /([+-])(\d+):(\d+)(?::(\d+))?/.exec(name) ?? [];
    const offset = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * SECOND_MS;
    const wall = instant + (sign === '-' ? -offset : offset);
    return Number.isNaN(new Date(wall).getTime()) ? null : wall;
  } catch {
    return null;
  }
}
