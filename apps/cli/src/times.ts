const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

const MILLISECONDS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ...UNITS.map(([name, seconds]) => [name, seconds * 1000] as const),
  ['w', 604_800_000],
]);

/** "in 5m", "3s ago", "now": the largest unit only, rounded down. */
export function relativeTime(atMs: number, nowMs: number): string {
  const seconds = Math.floor(Math.abs(atMs - nowMs) / 1000);
  const unit = UNITS.find(([, size]) => seconds >= size);
  if (!unit) return 'now';
  const amount = `${Math.floor(seconds / unit[1])}${unit[0]}`;
  return atMs > nowMs ? `in ${amount}` : `${amount} ago`;
}

/** RFC 3339 in UTC; milliseconds only where there are any. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}

/** "1h30m", "2d", "0.5s": exact. */
export function durationText(ms: number): string {
  let rest = Math.round(ms);
  let text = '';
  for (const [name, size] of UNITS.slice(0, 3)) {
    const amount = Math.floor(rest / (size * 1000));
    if (amount > 0) text += `${amount}${name}`;
    rest -= amount * size * 1000;
  }
  return rest > 0 || text === '' ? `${text}${rest / 1000}s` : text;
}

/** Milliseconds of a text such as `durationText` gives; undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|[wdhms]))+$/.test(text)) return undefined;
  let total = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const [, amount, unit = ''] of text.matchAll(/([\d.]+)(ms|[wdhms])/g)) {
    const size = MILLISECONDS.get(unit) ?? Number.NaN;
    // From large to small, each once: "1h30m".
    if (size >= smallest) return undefined;
    smallest = size;
    total += Number(amount) * size;
  }
  return Math.round(total * 1e6) / 1e6;
}
