/** From the coarsest to the finest. */
export const frequencies = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'] as const;

export type Frequency = (typeof frequencies)[number];

/** A date and time as written: what a clock shows, in UTC or in the schedule's zone. */
export interface WrittenTime {
  readonly wall: number;
  readonly isUtc: boolean;
}

/** A weekday, or only the nth of the period; -1 is the last. */
export interface RuleWeekday {
  /** Sunday is 0. */
  readonly weekday: number;
  readonly nth: number | null;
}

/** The RRULE of a recurrence; a list is empty where its part is not written. */
export interface Rule {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number | null;
  readonly until: WrittenTime | null;
  /** The weekday with which weeks begin; Sunday is 0. */
  readonly weekStart: number;
  readonly months: readonly number[];
  readonly weekNumbers: readonly number[];
  readonly yearDays: readonly number[];
  readonly monthDays: readonly number[];
  readonly weekdays: readonly RuleWeekday[];
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
  /** Which of a period's times are meant, from 1; negative ones count from its end. */
  readonly positions: readonly number[];
}

export interface Recurrence {
  readonly rule: Rule;
  readonly start: WrittenTime | null;
  readonly excluded: readonly WrittenTime[];
  readonly added: readonly WrittenTime[];
}

/** Whether it is this often, or more often. */
export function isAtLeast(frequency: Frequency, than: Frequency): boolean {
  return frequencies.indexOf(frequency) >= frequencies.indexOf(than);
}
