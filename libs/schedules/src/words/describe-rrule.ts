import { DAY_MS } from '../calendar.ts';
import { type FullRule, fillRule } from '../rrule/full-rule.ts';
import { parseRRule } from '../rrule/parse-rrule.ts';
import { isAtLeast, type Recurrence } from '../rrule/recurrence.ts';
import { type DayPhrases, dayPhrases } from './day-phrases.ts';
import { cityOf, counted, listed, minuteText, timeText } from './phrases.ts';

const defaultStart = Date.UTC(2020, 0, 1);
// More of them are a list that nobody reads.
const mostTimes = 4;

/**
 * A recurrence in words; null: there are none for it.
 *
 * @throws {ScheduleError} for one that can't be read
 */
export function describeRRule(text: string, timezone: string): string | null {
  const recurrence = parseRRule(text, timezone);
  const { rule: written, start } = recurrence;
  const city = cityOf(timezone);
  // Of a start in UTC only a table of zones knows what it is on the wall.
  if (start?.isUtc && city !== 'UTC') return null;
  const rule = fillRule(written, start?.wall ?? defaultStart);
  if ([rule.positions, rule.weekNumbers, rule.yearDays].some((list) => list.length > 0)) return null;
  const words = isAtLeast(rule.frequency, 'HOURLY') ? repeatedText(rule, city) : dayText(rule, city);
  return words === null ? null : `${words}${endText(recurrence)}`;
}

function repeatedText(rule: FullRule, city: string): string | null {
  const { frequency, interval, hours, minutes, seconds, months, monthDays, weekdays } = rule;
  if ([hours, months, monthDays, weekdays].some((list) => list.length > 0)) return null;
  if (frequency === 'SECONDLY')
    return minutes.length + seconds.length > 0 ? null : `every ${counted(interval, 'second')}`;
  if (seconds.length !== 1 || seconds[0] !== 0) return null;
  if (frequency === 'MINUTELY') return minutes.length > 0 ? null : `every ${counted(interval, 'minute')}`;
  if (minutes.length > mostTimes) return null;
  const at = minutes.length === 1 && minutes[0] === 0 ? '' : ` at ${listed(minutes.map(minuteText))}`;
  return `every ${counted(interval, 'hour')}${at}${interval > 1 ? `, ${city}` : ''}`;
}

function dayText(rule: FullRule, city: string): string | null {
  const { frequency, hours, minutes, seconds, weekdays } = rule;
  if (hours.length * minutes.length * seconds.length > mostTimes) return null;
  // Counted in the year, not in a month.
  if (frequency === 'YEARLY' && rule.months.length === 0) return null;
  const texts = hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => timeText(hour, minute, second))),
  );
  const days = dayPhrases({
    months: rule.months,
    monthDays: rule.monthDays,
    weekdays: weekdays.flatMap(({ weekday, nth }) => (nth === null ? [weekday] : [])),
    nthWeekdays: weekdays.flatMap(({ weekday, nth }) => (nth === null ? [] : [{ weekday, nth }])),
  });
  if (!days) return null;
  const when = whenText(rule, days);
  return when === null ? null : `${when} at ${listed(texts)}${days.months}, ${city}`;
}

function whenText({ frequency, interval }: FullRule, days: DayPhrases): string | null {
  if (interval === 1) return days.before;
  if (frequency === 'WEEKLY') return `every ${interval} weeks${days.after}`;
  if (frequency === 'DAILY') return days.after === '' ? `every ${interval} days` : null;
  // "of each month" would not be true.
  if (frequency === 'MONTHLY')
    return days.after.endsWith(' of each month')
      ? `every ${interval} months${days.after.replace(/ of each month$/, '')}`
      : null;
  return days.after === '' ? null : `every ${interval} years${days.after}`;
}

function endText({ rule, excluded, added }: Recurrence): string {
  const parts: string[] = [];
  if (rule.count !== null) parts.push(rule.count === 1 ? 'once' : `${rule.count} times`);
  if (rule.until) {
    const [date = '', time = ''] = new Date(rule.until.wall).toISOString().split('T');
    const zone = rule.until.isUtc ? ' UTC' : '';
    parts.push(rule.until.wall % DAY_MS === 0 && !zone ? `until ${date}` : `until ${date} ${time.slice(0, 5)}${zone}`);
  }
  if (excluded.length + added.length > 0) parts.push('with exceptions');
  return parts.map((part) => `, ${part}`).join('');
}
