/** A rule's periods: years, months, weeks, days, hours, minutes or seconds, numbered one after the other. */
export interface RulePeriods {
  /** The one with a wall time. */
  at(wall: number): number;
  /** The first one from `period` on that is a multiple of the interval and has bases; `Infinity`: there is none. */
  next(period: number): number;
  /** The wall times that the times of the grid are added to, in order. */
  bases(period: number): readonly number[];
}

/** The first multiple of an interval, counted from `start`, at or after a period. */
export function align(period: number, start: number, interval: number): number {
  return period <= start ? start : start + Math.ceil((period - start) / interval) * interval;
}
