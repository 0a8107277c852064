import { DAY_MS, dayNumber, daysInMonth, HOUR_MS, MINUTE_MS, SECOND_MS } from '../calendar.ts';
import type { ExpressionPart } from '../expression-part.ts';
import { ScheduleError } from '../schedule-error.ts';
import type { WrittenTime } from './recurrence.ts';

const shape = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/i;

/**
 * Reads "20260329", which is the midnight that begins the day, "20260329T090000", or "20260329T090000Z".
 *
 * @param owner the property or part with it, to name it: "DTSTART"
 */
export function parseWrittenTime(part: ExpressionPart, owner: string): WrittenTime {
  const match = shape.exec(part.text);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (match ?? [])
    .slice(1, 7)
    .map((text) => Number(text ?? 0));
  const isDate = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  if (!match || !isDate || hour > 23 || minute > 59 || second > 59)
    throw new ScheduleError(
      'rrule',
      `${owner}: "${part.text}" at character ${part.position} is not a time; accepted are those such as 20260329, 20260329T090000, 20260329T090000Z`,
      part.position,
    );
  const ofDay = hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS;
  return { wall: dayNumber(year, month, day) * DAY_MS + ofDay, isUtc: match[7] !== undefined && match[7] !== '' };
}
