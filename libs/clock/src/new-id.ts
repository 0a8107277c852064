import { v7 } from 'uuid';
import type { Clock } from './clock.ts';

/** A new UUIDv7: unique everywhere, ordered by the clock's time, so that neighbours in time are neighbours in an index. */
export function newId(clock: Clock): string {
  return v7({ msecs: clock.now() });
}
