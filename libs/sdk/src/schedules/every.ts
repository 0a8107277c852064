import type { Duration } from '../durations.ts';
import { DefinitionError } from '../errors.ts';
import { shown } from './accepted.ts';
import { type Language, readDuration, shownDuration } from './read-duration.ts';
import { checkOptions, TEN_YEARS_MS } from './read-terms.ts';
import type { ScheduleOptions } from './schedule-options.ts';
import type { IntervalAnchor, IntervalSpec } from './schedule-spec.ts';
import { parseWrittenTime } from './zoned-time.ts';

/** Options of {@link every}. */
export interface EveryOptions extends ScheduleOptions {
  /**
   * A time at which it fires, past or future: a Date, or a text, `'2026-01-01T09:00:00Z'` or, as the clocks of the timezone
   * show it, `'2026-01-01T09:00'` or `'2026-01-01'`. Default: 2020-01-01T00:00 in the timezone.
   */
  readonly anchor?: Date | string;
}

/**
 * A schedule that fires each `duration`, at least one second. A day or more is wall-clock arithmetic in the timezone (a
 * daily 09:00 stays at 09:00 through a change of the clocks), less is elapsed time.
 *
 * ```ts
 * every('10m');
 * every('1d', { timezone: 'Europe/Rome', anchor: '2026-01-01T09:00' });
 * every('1h', { overlap: 'skip', catchUp: 'latest', jitter: '30s' });
 * ```
 *
 * Throws a {@link DefinitionError} on options that can't be used.
 */
export function every(duration: Duration, options: EveryOptions = {}): IntervalSpec {
  const intervalMs = readInterval(duration, 'typescript');
  const terms = checkOptions(options, ['anchor']);
  const anchor = options.anchor === undefined ? noAnchor : readAnchor(options.anchor, 'typescript');
  return { kind: 'interval', intervalMs, ...anchor, ...terms };
}

/** The interval in milliseconds. Throws a {@link DefinitionError} where it is none. */
export function readInterval(value: unknown, language: Language): number {
  const intervalMs = readDuration(value, 'interval', language);
  if (intervalMs >= 1000 && intervalMs <= TEN_YEARS_MS) return intervalMs;
  throw new DefinitionError(`a schedule's interval must be from 1s to 3650d, not ${shownDuration(value, language)}`);
}

/** Where none is given. */
export const noAnchor: IntervalAnchor = { anchorMs: undefined, anchorWallMs: undefined };

/** The anchor. Throws a {@link DefinitionError} where it is none. */
export function readAnchor(value: unknown, language: Language): IntervalAnchor {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return { ...noAnchor, anchorMs: value.getTime() };
  const written = typeof value === 'string' ? parseWrittenTime(value) : undefined;
  if (written && 'instantMs' in written) return { ...noAnchor, anchorMs: written.instantMs };
  if (written) return { ...noAnchor, anchorWallMs: written.wallMs };
  const accepted = `${language === 'yaml' ? '' : 'a Date, or '}a time that there is`;
  throw new DefinitionError(
    `a schedule's anchor must be ${accepted}, such as '2026-01-31T09:00' or '2026-01-31T09:00:00Z', not ${shown(value)}`,
  );
}
