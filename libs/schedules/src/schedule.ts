/** Fires each `intervalMs`, counted from an anchor. */
export interface IntervalSpec {
  readonly kind: 'interval';
  /** Whole milliseconds, from 1,000 to those of 3650 days. A day or more is wall-clock arithmetic, less is elapsed time. */
  readonly intervalMs: number;
  /** An instant at which it fires, whole epoch milliseconds; null: 2020-01-01T00:00 in the schedule's zone. */
  readonly anchorMs: number | null;
}

/** Fires where the zone's calendar and clock match an expression. */
export interface CronSpec {
  readonly kind: 'cron';
  /** Five fields, or six with seconds as the last one, or a name such as `@daily`. */
  readonly cron: string;
  /** Whether either of a restricted day of month and a restricted day of week is enough; else both must match. */
  readonly dayOr: boolean;
}

/** Fires by a recurrence rule. */
export interface RRuleSpec {
  readonly kind: 'rrule';
  /** As RFC 5545 has it: a rule, or lines of DTSTART, RRULE, EXDATE, RDATE. */
  readonly rrule: string;
}

export type ScheduleSpec = IntervalSpec | CronSpec | RRuleSpec;

/** What becomes of a wall-clock time that the clocks leave out. `auto` is said in `Schedule.dst_gap` of the contract. */
export type DstGap = 'auto' | 'next-valid' | 'skip';

/** What becomes of a wall-clock time that comes twice. */
export type DstFold = 'auto' | 'first' | 'second' | 'both';

/** When something fires. */
export interface Schedule {
  readonly spec: ScheduleSpec;
  /** IANA name of the zone in which wall-clock times are meant. */
  readonly timezone: string;
  /** Default `auto`. */
  readonly dstGap?: DstGap | undefined;
  /** Default `auto`. */
  readonly dstFold?: DstFold | undefined;
}

/** Which fires are asked for. */
export interface FireWindow {
  /** Epoch milliseconds; a fire at this instant counts. */
  readonly from: number;
  /** Epoch milliseconds; a fire at this instant counts. Default: the end of the year 9999. */
  readonly until?: number | undefined;
  /** At most this many; never more than 10,000. */
  readonly limit: number;
}
