import { type Duration, parseDuration } from './durations.ts';
import { DefinitionError } from './errors.ts';
import { checkName } from './names.ts';

/** A schedule that fires each `intervalMs`, counted from an anchor. */
export interface IntervalSpec {
  readonly kind: 'interval';
  readonly intervalMs: number;
  /** Epoch milliseconds; absent: 2020-01-01T00:00 in the timezone. */
  readonly anchorMs: number | undefined;
  /** IANA name; absent: UTC. */
  readonly timezone: string | undefined;
  readonly slug: string | undefined;
}

/** When a deployment's runs are made. */
export type ScheduleSpec = IntervalSpec;

/** Options of {@link every}. */
export interface EveryOptions {
  /** An instant at which it fires, past or future: a Date, or RFC 3339 text with an offset. Default: 2020-01-01T00:00 in the timezone. */
  readonly anchor?: Date | string;
  /** IANA name of the zone whose wall clock counts for intervals of a day or more: a daily 09:00 stays at 09:00 through a change of the clocks. Default "UTC". */
  readonly timezone?: string;
  /** Names the schedule within its deployment; needed only where there are several. */
  readonly slug?: string;
}

/**
 * A schedule that fires each `duration`, at least one second: `every('1d')`, `every('10m', { timezone: 'Europe/Rome' })`.
 * Throws a {@link DefinitionError} on options that can't be used.
 */
export function every(duration: Duration, options: EveryOptions = {}): IntervalSpec {
  const intervalMs = parseDuration(duration);
  if (intervalMs < 1000) throw new DefinitionError(`a schedule's interval must be at least 1s, not ${duration}`);
  const { timezone, slug } = options;
  if (timezone !== undefined && !isTimezone(timezone)) throw new DefinitionError(`there is no timezone '${timezone}'`);
  if (slug !== undefined) checkName('a schedule', slug);
  return { kind: 'interval', intervalMs, anchorMs: anchorMs(options.anchor), timezone, slug };
}

// Without an offset a text would mean another instant on each machine.
const withOffset = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/;

function anchorMs(anchor: Date | string | undefined): number | undefined {
  if (anchor === undefined) return undefined;
  if (typeof anchor === 'string' && !withOffset.test(anchor))
    throw new DefinitionError(
      `'${anchor}' is not an anchor: a Date, or a text such as '2026-01-01T09:00:00Z', is accepted`,
    );
  const ms = new Date(anchor).getTime();
  if (Number.isNaN(ms)) throw new DefinitionError(`'${String(anchor)}' is not an anchor: there is no such instant`);
  return ms;
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
