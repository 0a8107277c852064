/// <reference lib="esnext.temporal" />

/** What is needed of Temporal: a zone's offset at an instant, and where it changes. */
interface ZonedMoment {
  readonly epochMilliseconds: number;
  readonly offsetNanoseconds: number;
  getTimeZoneTransition(direction: 'next' | 'previous'): ZonedMoment | null;
}

interface Instants {
  fromEpochMilliseconds(instant: number): { toZonedDateTimeISO(timezone: string): ZonedMoment };
}

// Only what lacks Temporal loads the replacement.
const instants: Instants =
  (globalThis as { Temporal?: { Instant: Instants } }).Temporal?.Instant ??
  (await import('temporal-polyfill')).Temporal.Instant;

/** @throws {RangeError} for a zone that there is not */
export function zonedMoment(instant: number, timezone: string): ZonedMoment {
  return instants.fromEpochMilliseconds(instant).toZonedDateTimeISO(timezone);
}
