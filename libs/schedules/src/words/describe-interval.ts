import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../calendar.ts';
import type { IntervalSpec } from '../schedule.ts';
import { cityOf, counted } from './phrases.ts';

const WEEK_MS = 7 * DAY_MS;

/** An interval in words. */
export function describeInterval({ intervalMs, anchorMs }: IntervalSpec, timezone: string): string {
  if (intervalMs < DAY_MS || intervalMs % DAY_MS !== 0)
    return `every ${lengthText(intervalMs)}${intervalMs < DAY_MS ? '' : `, ${cityOf(timezone)}`}`;
  const shown = anchorMs === null ? { weekday: 'Wednesday', time: '00:00' } : shownAt(anchorMs, timezone);
  const time = shown === null ? '' : ` at ${shown.time}`;
  const zone = `, ${cityOf(timezone)}`;
  if (intervalMs % WEEK_MS !== 0 || shown === null) return `every ${counted(intervalMs / DAY_MS, 'day')}${time}${zone}`;
  const weeks = intervalMs / WEEK_MS;
  return weeks === 1 ? `${shown.weekday}s${time}${zone}` : `every ${weeks} weeks on ${shown.weekday}s${time}${zone}`;
}

function lengthText(intervalMs: number): string {
  if (intervalMs % HOUR_MS === 0) return counted(intervalMs / HOUR_MS, 'hour');
  if (intervalMs % MINUTE_MS === 0) return counted(intervalMs / MINUTE_MS, 'minute');
  return counted(intervalMs / SECOND_MS, 'second');
}

/** Null where the zone or the instant is none. */
function shownAt(instant: number, timeZone: string): { weekday: string; time: string } | null {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'long',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const time = `${parts.get('hour')}:${parts.get('minute')}`;
    const second = parts.get('second') ?? '00';
    return { weekday: parts.get('weekday') ?? '', time: second === '00' ? time : `${time}:${second}` };
  } catch {
    return null;
  }
}
