import { create } from '@bufbuild/protobuf';
import { type Duration, DurationSchema, type Timestamp, TimestampSchema } from '@bufbuild/protobuf/wkt';

/** Epoch milliseconds, fractions included (to the microsecond, as Postgres has them). */
export function timestampMessage(ms: number): Timestamp {
  const { seconds, nanos } = split(ms);
  // Counted down from the second above: of an instant before 1970 too, the nanos count forward.
  return nanos < 0
    ? create(TimestampSchema, { seconds: BigInt(seconds - 1), nanos: nanos + 1e9 })
    : create(TimestampSchema, { seconds: BigInt(seconds), nanos });
}

/** `timestampMessage` where there may be nothing. */
export function timestampMessageOrNone(ms: number | null): Timestamp | undefined {
  return ms === null ? undefined : timestampMessage(ms);
}

/** Milliseconds, fractions included. */
export function durationMessage(ms: number): Duration {
  const { seconds, nanos } = split(ms);
  return create(DurationSchema, { seconds: BigInt(seconds), nanos });
}

function split(ms: number): { seconds: number; nanos: number } {
  const micros = Math.round(ms * 1000);
  const seconds = Math.trunc(micros / 1e6);
  return { seconds, nanos: (micros - seconds * 1e6) * 1000 };
}
