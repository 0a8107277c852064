/**
 * How much later than its fire a run of a schedule starts: whole milliseconds from 0 to `jitterMs`, both included, always
 * the same for the same key and instant, and spread evenly over keys and over instants.
 *
 * @param key names the schedule
 */
export function jitterOf(key: string, instant: number, jitterMs: number): number {
  const widest = Math.floor(jitterMs);
  if (!(widest > 0)) return 0;
  let hash = 0x2f5b_91c7;
  for (let index = 0; index < key.length; index++) hash = mix(hash ^ key.charCodeAt(index));
  hash = mix(hash ^ Math.floor(instant / 0x1_0000_0000));
  hash = mix(hash ^ (instant >>> 0));
  // 21 more bits than one hash has, so that a wide jitter reaches each of its milliseconds.
  const fraction = ((hash >>> 0) + (mix(hash ^ 0x55aa_33cc) >>> 11) / 0x20_0000) / 0x1_0000_0000;
  return Math.min(Math.floor(fraction * (widest + 1)), widest);
}

/** Each bit of the result hangs on each bit of the word. */
function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x9e37_79b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85eb_ca77);
  return mixed ^ (mixed >>> 13);
}
