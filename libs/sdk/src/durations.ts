import { DefinitionError } from './errors.ts';

/** Milliseconds, or a text such as `'50ms'`, `'1.5h'`, `'1d'`, `'2w'`, `'1h30m'`: units from large to small, each once. */
export type Duration = number | string;

const units: readonly (readonly [name: string, ms: number])[] = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
];

// What a protobuf Duration can hold: about 10,000 years.
const LONGEST_MS = 315_576_000_000_000;

/** What texts are accepted, for messages. */
export const durationTexts = "a text such as '50ms', '1.5h', '1d', '2w' or '1h30m'";

/** The duration in whole milliseconds. Throws a {@link DefinitionError} on anything else. */
export function parseDuration(duration: Duration): number {
  const ms = durationMs(duration);
  if (ms !== undefined) return ms;
  throw new DefinitionError(
    `${typeof duration === 'string' ? `'${duration}'` : String(duration)} is not a duration: ` +
      `whole milliseconds, or ${durationTexts}, is accepted`,
  );
}

/** The duration in whole milliseconds; undefined where the value is none. */
export function durationMs(value: unknown): number | undefined {
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? textMs(value) : Number.NaN;
  return Number.isInteger(ms) && ms >= 0 && ms <= LONGEST_MS ? ms : undefined;
}

function textMs(text: string): number {
  if (!/^(\d+(\.\d+)?(ms|[wdhms]))+$/.test(text)) return Number.NaN;
  let total = 0;
  let last = -1;
  for (const [, whole = '', fraction = '', name] of text.matchAll(/(\d+)(?:\.(\d+))?(ms|[wdhms])/g)) {
    const index = units.findIndex(([unit]) => unit === name);
    if (index <= last) return Number.NaN;
    last = index;
    // Digits first, division last: 1.1 s is 1100 ms, not 1100.0000000000002.
    total += (Number(whole + fraction) * (units[index]?.[1] ?? Number.NaN)) / 10 ** fraction.length;
  }
  return total;
}
