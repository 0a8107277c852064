import { v7 } from 'uuid';
import type { Clock } from './clock.ts';

// Random bytes that nobody has had yet: to fetch them a few at a time costs more than all the rest of an id.
const pool = new Uint8Array(16 * 256);
let used = pool.length;

/** A new UUIDv7: unique everywhere, ordered by the clock's time, so that neighbours in time are neighbours in an index. */
export function newId(clock: Clock): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + 16);
  used += 16;
  return v7({ msecs: clock.now(), random });
}
