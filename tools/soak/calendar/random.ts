/** Chance that is the same again for the same seed. */
export interface Random {
  /** From 0, before 1. */
  fraction(): number;
  /** A whole number; both ends may come. */
  whole(least: number, most: number): number;
  pick<T>(values: readonly T[]): T;
  /** Some of the values, at least one, in their order. */
  some<T>(values: readonly T[], most: number): T[];
  isLikely(share: number): boolean;
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  // mulberry32: a few lines, and good enough to draw from.
  const fraction = () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const whole = (least: number, most: number) => least + Math.floor(fraction() * (most - least + 1));
  const pick = <T>(values: readonly T[]): T => {
    const value = values[whole(0, values.length - 1)];
    if (value === undefined) throw new RangeError('there is nothing to pick from');
    return value;
  };
  const some = <T>(values: readonly T[], most: number): T[] => {
    const wanted = whole(1, Math.min(most, values.length));
    const chosen = new Set<T>();
    while (chosen.size < wanted) chosen.add(pick(values));
    return values.filter((value) => chosen.has(value));
  };
  return { fraction, whole, pick, some, isLikely: (share) => fraction() < share };
}
