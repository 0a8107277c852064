import { parseRfc3339 } from 'millrace/zoned-time';
import type { Input } from './input.ts';
import { UsageError } from './usage-error.ts';

/** The instant that a flag says; undefined where it is not given. */
export function readTimeFlag(input: Input, flag: string): number | undefined {
  const text = input.text(flag);
  if (text === undefined) return undefined;
  const ms = parseRfc3339(text);
  if (ms === undefined) throw new UsageError(`--${flag} ${text}: a time such as 2026-01-31T09:00:00Z is needed`);
  return ms;
}
