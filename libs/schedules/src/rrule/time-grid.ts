import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../calendar.ts';
import type { FullRule } from './full-rule.ts';

/** The times within a period's bases that a rule names, in order, without all of them being held. */
export interface TimeGrid {
  readonly size: number;
  /** How long after its base the one at `index` is. */
  at(index: number): number;
}

/** Of a rule by days or longer, the times of a day; by hours, those of an hour; and so on. */
export function timeGrid({ frequency, hours, minutes, seconds }: FullRule): TimeGrid {
  const only: readonly number[] = [0];
  const h = frequency === 'HOURLY' || frequency === 'MINUTELY' || frequency === 'SECONDLY' ? only : hours;
  const m = frequency === 'MINUTELY' || frequency === 'SECONDLY' ? only : minutes;
  const s = frequency === 'SECONDLY' ? only : seconds;
  const ofHour = m.length * s.length;
  return {
    size: h.length * ofHour,
    at: (index) =>
      (h[Math.floor(index / ofHour)] ?? 0) * HOUR_MS +
      (m[Math.floor(index / s.length) % m.length] ?? 0) * MINUTE_MS +
      (s[index % s.length] ?? 0) * SECOND_MS,
  };
}
