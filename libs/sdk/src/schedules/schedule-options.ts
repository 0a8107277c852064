import type { Duration } from '../durations.ts';

/** What becomes of a wall-clock time that the clocks leave out when they are put forward. */
export type DstGap = 'auto' | 'next-valid' | 'skip';
/** What becomes of a wall-clock time that comes twice when the clocks are put back. */
export type DstFold = 'auto' | 'first' | 'second' | 'both';
/** What becomes of a fire whose time comes while an earlier run of its schedule is not at its end. */
export type Overlap = 'allow' | 'skip' | 'buffer-one';
/** What becomes of fires that were missed. */
export type CatchUp = 'all' | 'latest' | 'none';

/** What can be said of a schedule, of whichever kind. */
export interface ScheduleOptions {
  /** Names the schedule within its deployment; needed only where there are several. It stays the same schedule as long as its slug is the same. */
  readonly slug?: string;
  /** IANA name of the zone in which wall-clock times are meant. Default "UTC". */
  readonly timezone?: string;
  /** Whether it fires. Default: as an operator left it; a new schedule fires. Given here, each deploy sets it anew. */
  readonly active?: boolean;
  /** Laid over the deployment's parameters, key by key, for the runs of this schedule; JSON. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /**
   * What becomes of a time that the clocks leave out: `'next-valid'` fires at the first instant after the gap, `'skip'`
   * does not. Default `'auto'`: `'skip'` for what repeats through the day, `'next-valid'` for what names its hours. Says
   * nothing of intervals below a day, which go by elapsed time.
   */
  readonly dstGap?: DstGap;
  /**
   * Which of two equal times fires when the clocks are put back. Default `'auto'`: `'both'` for what repeats through the
   * day, `'first'` for what names its hours. Says nothing of intervals below a day.
   */
  readonly dstFold?: DstFold;
  /** Runs start up to so much after their fire, so that many schedules don't start at once. At most a day. Default: none. */
  readonly jitter?: Duration;
  /**
   * While an earlier run of this schedule is not at its end, another one starts all the same (`'allow'`, the default), is
   * skipped (`'skip'`), or waits, as the only one (`'buffer-one'`).
   */
  readonly overlap?: Overlap;
  /**
   * Of fires that were missed, those of the last 24 hours run late, at most 100 (`'all'`, the default); or only the newest
   * (`'latest'`); or none that has not been taken within a minute (`'none'`).
   */
  readonly catchUp?: CatchUp;
  /** A run that has not been taken so long after its time is skipped. At least a second. Default: no such limit. */
  readonly expireAfter?: Duration;
}
