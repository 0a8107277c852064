/** Which of the values 0 to 63 are meant. */
export interface BitMask {
  /** The values 0 to 31, a bit each. */
  readonly low: number;
  /** The values 32 to 63. */
  readonly high: number;
}

export function bitMaskOf(values: Iterable<number>): BitMask {
  let low = 0;
  let high = 0;
  for (const value of values) {
    if (value < 32) low |= 1 << value;
    else high |= 1 << (value - 32);
  }
  return { low, high };
}

/** The least value from `from` on that is meant; -1: there is none. */
export function nextIn({ low, high }: BitMask, from: number): number {
  if (from < 32) {
    const rest = (low >>> from) << from;
    if (rest !== 0) return lowestBit(rest);
    return high === 0 ? -1 : 32 + lowestBit(high);
  }
  const rest = from < 64 ? (high >>> (from - 32)) << (from - 32) : 0;
  return rest === 0 ? -1 : 32 + lowestBit(rest);
}

/** As `nextIn`, for a mask of the values 0 to 31 alone. */
export function nextBit(bits: number, from: number): number {
  const rest = from < 32 ? (bits >>> from) << from : 0;
  return rest === 0 ? -1 : lowestBit(rest);
}

export function valuesOf(mask: BitMask): number[] {
  const values: number[] = [];
  for (let value = nextIn(mask, 0); value >= 0; value = nextIn(mask, value + 1)) values.push(value);
  return values;
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
