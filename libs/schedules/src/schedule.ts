/** Fires each `intervalMs`, counted from an anchor. */
export interface IntervalSpec {
  readonly kind: 'interval';
  /** Whole milliseconds, at least 1,000. A day or more is wall-clock arithmetic, less is elapsed time. */
  readonly intervalMs: number;
  /** An instant at which it fires, whole epoch milliseconds; null: 2020-01-01T00:00 in the schedule's zone. */
  readonly anchorMs: number | null;
}

/** When something fires. */
export interface Schedule {
  readonly spec: IntervalSpec;
  /** IANA name of the zone in which wall-clock times are meant. */
  readonly timezone: string;
}

/** Which fires are asked for. */
export interface FireWindow {
  /** Epoch milliseconds; a fire at this instant counts. */
  readonly from: number;
  /** Epoch milliseconds; a fire at this instant counts. Default: no end. */
  readonly until?: number;
  /** At most this many; never more than 10,000. */
  readonly limit: number;
}
