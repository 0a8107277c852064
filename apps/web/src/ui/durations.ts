const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** "1 h 30 min", "2.5 s", "140 ms": how long something took, to two units. */
export function durationShort(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Math.floor(ms / 100) / 10} s`;
  const parts = split(Math.floor(ms / 1_000) * 1_000).slice(0, 2);
  return parts.map(([count, unit]) => `${count} ${unit === 'minute' ? 'min' : unit[0]}`).join(' ');
}

/** "day", "10 seconds", "hour and 30 minutes": an interval as it stands after "every". */
export function durationWords(ms: number): string {
  return lengthWords(ms).replace(/^1 /, '');
}

/** "1 day", "10 seconds", "1 hour and 30 minutes": a length of time, exactly. */
export function lengthWords(ms: number): string {
  const parts = split(ms).map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`);
  const last = parts.pop() ?? '0 seconds';
  return parts.length > 0 ? `${parts.join(', ')} and ${last}` : last;
}

/** Largest unit first, those that are none left out; a second may have a fraction. */
function split(ms: number): readonly (readonly [number, string])[] {
  let rest = ms;
  const parts: [number, string][] = [];
  for (const [unit, size] of units) {
    const count = unit === 'second' ? Math.round(rest) / size : Math.floor(rest / size);
    if (count > 0) parts.push([count, unit]);
    rest -= count * size;
  }
  return parts;
}
