/** Gives the next one at each call, in strictly increasing order; `Infinity` once there are no more. */
export type Cursor = () => number;

/**
 * Clock times without a zone: which times a wall clock shows when something fires. They are written as the epoch
 * milliseconds that a clock in UTC showing the same would have, so that their arithmetic is plain addition.
 */
export interface WallTimes {
  /** Those at or after a wall time. Where it begins never changes which there are. */
  from(wall: number): Cursor;
}
