/** A field of a cron expression, in one of the forms in which people write it. */
export type CronField =
  | { readonly form: 'any' }
  | { readonly form: 'every'; readonly step: number }
  | { readonly form: 'list'; readonly values: readonly number[] }
  | { readonly form: 'range'; readonly first: number; readonly last: number; readonly step: number };

/** The day fields have forms of their own, too. */
export type CronDay =
  | CronField
  | { readonly form: 'last' }
  /** -1 is the last one of the month. */
  | { readonly form: 'nth-weekday'; readonly weekday: number; readonly nth: number };

export interface CronTimetable {
  readonly kind: 'cron';
  /** Null: it has five fields. */
  readonly second: CronField | null;
  readonly minute: CronField;
  readonly hour: CronField;
  readonly dayOfMonth: CronDay;
  readonly month: CronField;
  /** Sunday is 0. */
  readonly dayOfWeek: CronDay;
  readonly dayOr: boolean;
}

/** Milliseconds apart: elapsed ones below a day, wall-clock ones from there on. */
export interface IntervalTimetable {
  readonly kind: 'interval';
  readonly everyMs: number;
  /** An instant; null: 2020-01-01T00:00 in the zone. */
  readonly anchorMs: number | null;
}

export interface RuleTimetable {
  readonly kind: 'rrule';
  readonly frequency: 'HOURLY' | 'DAILY' | 'WEEKLY' | 'MONTHLY';
  readonly interval: number;
  /** "2026-02-01T09:30:00" on the zone's clocks; null: it has no DTSTART. */
  readonly start: string | null;
  /** None: the start's. */
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  /** Monday is 1, Sunday 7; with a number only for months. */
  readonly weekdays: readonly { readonly weekday: number; readonly nth: number | null }[];
  /** Negative ones count from the month's end. */
  readonly monthDays: readonly number[];
  /** Dates, "2026-03-01", on which it does not fire at the time of its start. */
  readonly excluded: readonly string[];
  /** Wall times at which it fires besides. */
  readonly added: readonly string[];
}

export type Timetable = CronTimetable | IntervalTimetable | RuleTimetable;

/** What a schedule is meant to do, said so plainly that it can be looked up minute by minute. */
export interface PlannedSchedule {
  readonly slug: string;
  readonly timetable: Timetable;
  readonly timezone: string;
  readonly gap: 'auto' | 'next-valid' | 'skip';
  readonly fold: 'auto' | 'first' | 'second' | 'both';
  readonly catchUp: 'all' | 'latest' | 'none';
  readonly jitterMs: number;
  readonly expireAfterMs: number | null;
}

export const DAY_MS = 86_400_000;

/** What kind it counts as. */
export function kindOf({ timetable }: PlannedSchedule): string {
  if (timetable.kind !== 'interval') return timetable.kind;
  return timetable.everyMs < DAY_MS ? 'interval below a day' : 'interval of days';
}
