/** What a field of a cron expression is, for reading it and for saying what is wrong with it. */
export interface FieldKind {
  /** "the hour field". */
  readonly name: string;
  /** What one of its values is: "an hour". */
  readonly value: string;
  readonly least: number;
  readonly most: number;
  /** The names of its values, from the least on. */
  readonly names: readonly string[];
  /** What is accepted besides numbers, for people. */
  readonly alsoAccepted: string;
  /** Whether a range may go on from its last value to its first: Saturday to Monday. */
  readonly wraps: boolean;
}

const ofNumbers = { names: [], alsoAccepted: '', wraps: false };
const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

export const minuteField: FieldKind = { ...ofNumbers, name: 'minute', value: 'a minute', least: 0, most: 59 };
export const hourField: FieldKind = { ...ofNumbers, name: 'hour', value: 'an hour', least: 0, most: 23 };
export const secondField: FieldKind = { ...ofNumbers, name: 'second', value: 'a second', least: 0, most: 59 };

export const dayOfMonthField: FieldKind = {
  ...ofNumbers,
  name: 'day of month',
  value: 'a day of the month',
  least: 1,
  most: 31,
  alsoAccepted: ', and L for the last',
};

export const monthField: FieldKind = {
  name: 'month',
  value: 'a month',
  least: 1,
  most: 12,
  names: monthNames,
  alsoAccepted: ', JAN to DEC',
  wraps: true,
};

export const dayOfWeekField: FieldKind = {
  name: 'day of week',
  value: 'a day of the week',
  least: 0,
  most: 7,
  names: weekdayNames,
  alsoAccepted: ' (Sunday is 0 and 7), SUN to SAT, FRI#2 for the second in the month, L5 or FRIL for the last',
  wraps: true,
};

/** In the order in which they are written. */
export const cronFields: readonly FieldKind[] = [
  minuteField,
  hourField,
  dayOfMonthField,
  monthField,
  dayOfWeekField,
  secondField,
];
