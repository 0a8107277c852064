import { modulo } from '../calendar.ts';

const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** "1, 2 and 3". */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** "hour", "2 hours". */
export function counted(count: number, unit: string): string {
  return count === 1 ? unit : `${count} ${unit}s`;
}

/** "1st", "22nd"; negative ones count from the end: "last", "2nd to last". */
export function ordinal(number: number): string {
  if (number === -1) return 'last';
  if (number < 0) return `${ordinal(-number)} to last`;
  const isTeen = Math.floor(number / 10) % 10 === 1;
  return `${number}${isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')}`;
}

export function weekdayName(weekday: number): string {
  return weekdayNames[weekday] ?? '';
}

/** "weekdays", "weekends", "Mondays and Thursdays"; Sunday is 0. */
export function weekdaysText(weekdays: readonly number[]): string {
  const sorted = [...new Set(weekdays)].sort((a, b) => modulo(a - 1, 7) - modulo(b - 1, 7));
  const key = sorted.join('');
  if (key === '12345') return 'weekdays';
  if (key === '60') return 'weekends';
  return listed(sorted.map((weekday) => `${weekdayName(weekday)}s`));
}

export function monthsText(months: readonly number[]): string {
  return listed(months.map((month) => monthNames[month - 1] ?? ''));
}

/** "09:00", with seconds where there are any. */
export function timeText(hour: number, minute: number, second: number): string {
  const parts = second === 0 ? [hour, minute] : [hour, minute, second];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** ":05". */
export function minuteText(minute: number): string {
  return `:${String(minute).padStart(2, '0')}`;
}

/** How people call a zone: "Paris", "New York", "UTC". */
export function cityOf(timezone: string): string {
  if (/^(Etc\/)?(UTC|UCT|Universal|Zulu|GMT|Greenwich)$/i.test(timezone)) return 'UTC';
  if (/^Etc\//i.test(timezone)) return timezone;
  return (asWritten(timezone).split('/').at(-1) ?? timezone).replaceAll('_', ' ');
}

/** A zone's name in the letters of the list of zones, if it is one; the case of those given says nothing. */
function asWritten(timezone: string): string {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: timezone }).resolvedOptions();
    // Of an old name it may be the new one, or the other way round.
    return timeZone.toLowerCase() === timezone.toLowerCase() ? timeZone : timezone;
  } catch {
    return timezone;
  }
}

/** An expression with its lines and spaces drawn together. */
export function oneLine(expression: string): string {
  return expression.replace(/\s+/g, ' ').trim();
}
