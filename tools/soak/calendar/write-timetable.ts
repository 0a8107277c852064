import type { CronDay, CronField, CronTimetable, RuleTimetable } from './timetable.ts';

const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const cronWeekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** A timetable as a cron expression. */
export function cronText(timetable: CronTimetable): string {
  const { minute, hour, dayOfMonth, month, dayOfWeek, second } = timetable;
  const fields = [minute, hour, dayOfMonth, month].map(fieldText);
  return [...fields, weekdayText(dayOfWeek), ...(second ? [fieldText(second)] : [])].join(' ');
}

function fieldText(field: CronDay): string {
  switch (field.form) {
    case 'any':
      return '*';
    case 'every':
      return `*/${field.step}`;
    case 'list':
      return field.values.join(',');
    case 'range':
      return `${field.first}-${field.last}${field.step === 1 ? '' : `/${field.step}`}`;
    case 'last':
      return 'L';
    case 'nth-weekday':
      return field.nth < 0 ? `L${field.weekday}` : `${field.weekday}#${field.nth}`;
  }
}

/** With names where there are names. */
function weekdayText(field: CronDay): string {
  const name = (weekday: number) => cronWeekdays[weekday % 7] ?? '';
  if (field.form === 'list') return field.values.map(name).join(',');
  if (field.form === 'range' && field.step === 1) return `${name(field.first)}-${name(field.last)}`;
  return field.form === 'any' ? '?' : fieldText(field);
}

/** A timetable as the lines of a recurrence. */
export function ruleText(timetable: RuleTimetable): string {
  const { frequency, interval, start, hours, minutes, monthDays } = timetable;
  const days = timetable.weekdays.map(({ weekday, nth }) => `${nth ?? ''}${weekdays[weekday - 1] ?? ''}`);
  const parts: readonly (readonly [string, readonly (string | number)[]])[] = [
    ['FREQ', [frequency]],
    ['INTERVAL', interval === 1 ? [] : [interval]],
    ['BYDAY', days],
    ['BYMONTHDAY', monthDays],
    ['BYHOUR', hours],
    ['BYMINUTE', minutes],
  ];
  const rule = parts.filter(([, values]) => values.length > 0).map(([name, values]) => `${name}=${values.join(',')}`);
  const lines = [`RRULE:${rule.join(';')}`];
  if (start !== null) lines.unshift(`DTSTART:${compact(start)}`);
  const atStart = (date: string) => compact(`${date}T${start?.slice(11) ?? '00:00:00'}`);
  if (timetable.excluded.length > 0) lines.push(`EXDATE:${timetable.excluded.map(atStart).join(',')}`);
  if (timetable.added.length > 0) lines.push(`RDATE:${timetable.added.map(compact).join(',')}`);
  return lines.join('\n');
}

/** "2026-02-01T09:30:00" as "20260201T093000". */
function compact(time: string): string {
  return time.replaceAll(/[-:]/g, '');
}

/** The values that a field stands for, between two bounds. */
export function valuesOf(field: CronField, least: number, most: number): number[] {
  const all = Array.from({ length: most - least + 1 }, (_, index) => least + index);
  switch (field.form) {
    case 'any':
      return all;
    case 'every':
      return all.filter((value) => (value - least) % field.step === 0);
    case 'list':
      return [...field.values];
    case 'range':
      return all.filter(
        (value) => value >= field.first && value <= field.last && (value - field.first) % field.step === 0,
      );
  }
}
