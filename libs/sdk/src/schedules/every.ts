import { type Duration, parseDuration } from '../durations.ts';
import { DefinitionError } from '../errors.ts';
import { shown } from './accepted.ts';
import { checkOptions } from './read-terms.ts';
import type { ScheduleOptions } from './schedule-options.ts';
import type { IntervalSpec } from './schedule-spec.ts';

/** Options of {@link every}. */
export interface EveryOptions extends ScheduleOptions {
  /** An instant at which it fires, past or future: a Date, or RFC 3339 text with an offset. Default: 2020-01-01T00:00 in the timezone. */
  readonly anchor?: Date | string;
}

/**
 * A schedule that fires each `duration`, at least one second. A day or more is wall-clock arithmetic in the timezone (a
 * daily 09:00 stays at 09:00 through a change of the clocks), less is elapsed time.
 *
 * ```ts
 * every('10m');
 * every('1d', { timezone: 'Europe/Rome', anchor: '2026-01-01T09:00:00+01:00' });
 * every('1h', { overlap: 'skip', catchUp: 'latest', jitter: '30s' });
 * ```
 *
 * Throws a {@link DefinitionError} on options that can't be used.
 */
export function every(duration: Duration, options: EveryOptions = {}): IntervalSpec {
  const intervalMs = readInterval(duration);
  const terms = checkOptions(options, ['anchor']);
  const anchorMs = options.anchor === undefined ? undefined : readAnchor(options.anchor);
  return { kind: 'interval', intervalMs, anchorMs, ...terms };
}

/** The interval in milliseconds. Throws a {@link DefinitionError} where it is none. */
export function readInterval(value: Duration): number {
  const intervalMs = parseDuration(value);
  if (intervalMs < 1000) throw new DefinitionError(`a schedule's interval must be at least 1s, not ${value}`);
  return intervalMs;
}

// Without an offset a text would mean another instant on each machine.
const withOffset = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/;

/** The anchor in epoch milliseconds. Throws a {@link DefinitionError} where it is none. */
export function readAnchor(anchor: unknown): number {
  const given = anchor instanceof Date || (typeof anchor === 'string' && withOffset.test(anchor)) ? anchor : undefined;
  if (given === undefined)
    throw new DefinitionError(
      `${shown(anchor)} is not an anchor: a Date, or a text such as '2026-01-01T09:00:00Z', is accepted`,
    );
  const ms = new Date(given).getTime();
  if (Number.isNaN(ms)) throw new DefinitionError(`${shown(given)} is not an anchor: there is no such instant`);
  return ms;
}
