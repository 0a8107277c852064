import type { Duration } from '@bufbuild/protobuf/wkt';

/** Fractions of a millisecond are kept. */
export function durationMs({ seconds, nanos }: Duration): number {
  return Number(seconds) * 1000 + nanos / 1e6;
}
