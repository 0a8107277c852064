/// <reference lib="esnext.temporal" />

/** What a zone's clocks show, looked up with the platform's own Temporal and nothing of ours. */
export interface ZoneClock {
  /** The instants at which they show a wall time: none, one, or two in order. */
  instantsOf(wall: number): readonly number[];
  /** The first instant after the gap that leaves a wall time out. */
  afterGap(wall: number): number;
  /** What they show at an instant. */
  wallAt(instant: number): number;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
// No zone is further from UTC, nor changes by more.
const farthestHours = 16;

/** Wall times are milliseconds as if the clocks were in UTC. */
export function zoneClock(timezone: string): ZoneClock {
  const offsets = new Map<number, number>();
  const readOffset = (instant: number) =>
    Math.round(Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timezone).offsetNanoseconds / 1e6);
  const offsetOfHour = (hour: number) => {
    const known = offsets.get(hour) ?? readOffset(hour * HOUR_MS);
    offsets.set(hour, known);
    return known;
  };
  /** The offset all around a wall time; undefined where the clocks change, which is looked at closely. */
  const calmOffsets = new Map<number, number | undefined>();
  const calmOffset = (wall: number) => {
    const hour = Math.floor(wall / HOUR_MS);
    if (calmOffsets.has(hour)) return calmOffsets.get(hour);
    const around = new Set<number>();
    for (let near = hour - farthestHours; near <= hour + farthestHours + 1; near++) around.add(offsetOfHour(near));
    const calm = around.size === 1 ? [...around][0] : undefined;
    calmOffsets.set(hour, calm);
    return calm;
  };
  const resolve = (wall: number) => {
    const plain = plainOf(wall);
    const earlier = plain.toZonedDateTime(timezone, { disambiguation: 'earlier' });
    const later = plain.toZonedDateTime(timezone, { disambiguation: 'later' });
    const instants = [...new Set([earlier.epochMilliseconds, later.epochMilliseconds])];
    // In a gap both are moved to times that there are.
    return earlier.toPlainDateTime().equals(plain)
      ? { instants, before: 0 }
      : { instants: [], before: instants[0] ?? 0 };
  };
  return {
    instantsOf(wall) {
      const offset = calmOffset(wall);
      return offset === undefined ? resolve(wall).instants : [wall - offset];
    },
    afterGap(wall) {
      const { before } = resolve(wall);
      const offset = readOffset(before);
      let instant = Math.floor(before / MINUTE_MS) * MINUTE_MS;
      while (readOffset(instant) === offset) instant += MINUTE_MS;
      return instant;
    },
    wallAt: (instant) => instant + readOffset(instant),
  };
}

function plainOf(wall: number): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime();
}

/** "2026-03-29T02:30:00" as a wall time. */
export function wallOf(text: string): number {
  return Temporal.PlainDateTime.from(text).toZonedDateTime('UTC').epochMilliseconds;
}

/** What a zone's clocks show at an instant, for people. */
export function localText(instant: number, timezone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(timezone)
    .toString({ smallestUnit: 'second', timeZoneName: 'never' });
}
