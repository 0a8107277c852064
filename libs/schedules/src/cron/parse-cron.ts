import { type BitMask, bitMaskOf } from '../bit-mask.ts';
import type { ExpressionPart } from '../expression-part.ts';
import { ScheduleError } from '../schedule-error.ts';
import {
  cronFields,
  dayOfMonthField,
  dayOfWeekField,
  hourField,
  minuteField,
  monthField,
  secondField,
} from './cron-fields.ts';
import { type FieldValues, type NthWeekday, parseCronField } from './parse-cron-field.ts';

/** A cron expression as what each field says. */
export interface Cron {
  readonly second: BitMask;
  readonly minute: BitMask;
  readonly hour: BitMask;
  readonly month: BitMask;
  readonly dayOfMonth: {
    readonly days: BitMask;
    /** Whether the month's last day is meant. */
    readonly hasLast: boolean;
    readonly isOpen: boolean;
  };
  readonly dayOfWeek: {
    /** Sunday is 0. */
    readonly days: BitMask;
    readonly nthWeekdays: readonly NthWeekday[];
    readonly isOpen: boolean;
  };
  /** Whether the hour field begins with `*`: it repeats through the day. */
  readonly isThroughTheDay: boolean;
}

const nicknames: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/**
 * Reads a cron expression: minute, hour, day of month, month, day of week, and seconds, if any, as the last field.
 *
 * @throws {ScheduleError} with the place for what can't be read
 */
export function parseCron(cron: string): Cron {
  const parts = splitFields(cron);
  const [minute, hour, dayOfMonth, month, dayOfWeek, second] = parts;
  if (!minute || !hour || !dayOfMonth || !month || !dayOfWeek || parts.length > cronFields.length)
    throw new ScheduleError(
      'cron',
      `has ${parts.length} ${parts.length === 1 ? 'field' : 'fields'}; accepted are 5 (minute, hour, day of month, month, day of week) or 6, with seconds last`,
    );
  const days = parseCronField(dayOfMonth, dayOfMonthField);
  const weekdays = parseCronField(dayOfWeek, dayOfWeekField);
  return {
    minute: maskOf(parseCronField(minute, minuteField)),
    hour: maskOf(parseCronField(hour, hourField)),
    dayOfMonth: { days: maskOf(days), hasLast: days.hasLast, isOpen: days.isOpen },
    month: maskOf(parseCronField(month, monthField)),
    dayOfWeek: { days: maskOf(weekdays), nthWeekdays: weekdays.nthWeekdays, isOpen: weekdays.isOpen },
    second: second ? maskOf(parseCronField(second, secondField)) : bitMaskOf([0]),
    isThroughTheDay: hour.text.startsWith('*'),
  };
}

function maskOf({ values }: FieldValues): BitMask {
  return bitMaskOf(values);
}

function splitFields(cron: string): ExpressionPart[] {
  const nickname = cron.trim().toLowerCase();
  if (nickname === '@reboot')
    throw new ScheduleError('cron', '"@reboot" is not accepted: a schedule has no machine that starts', 1);
  if (/^@every\b/.test(nickname)) throw new ScheduleError('cron', '"@every" is not accepted: use an interval', 1);
  const zone = /(?:CRON_)?TZ=\S*/i.exec(cron);
  if (zone) {
    const description = `"${zone[0]}" is not accepted: give the zone as timezone`;
    throw new ScheduleError('cron', description, zone.index + 1);
  }
  const expression = nicknames.get(nickname);
  if (nickname.startsWith('@') && !expression)
    throw new ScheduleError('cron', `"${cron.trim()}" is unknown; accepted are ${[...nicknames.keys()].join(', ')}`, 1);
  return Array.from((expression ?? cron).matchAll(/\S+/g), (match) => ({ text: match[0], position: match.index + 1 }));
}
