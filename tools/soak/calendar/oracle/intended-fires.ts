import { DAY_MS, type PlannedSchedule } from '../timetable.ts';
import { wallTimesBetween } from './wall-times.ts';
import { type ZoneClock, zoneClock } from './zone-clock.ts';

/** Says when schedules are meant to fire; keeps what it has looked up of zones. */
export interface Oracle {
  /** The instants after `after`, up to `until`, in order. */
  firesBetween(schedule: PlannedSchedule, after: number, until: number): number[];
}

export function openOracle(): Oracle {
  const zones = new Map<string, ZoneClock>();
  const clockOf = (timezone: string) => {
    const clock = zones.get(timezone) ?? zoneClock(timezone);
    zones.set(timezone, clock);
    return clock;
  };
  return {
    firesBetween(schedule, after, until) {
      const clock = clockOf(schedule.timezone);
      const found = isElapsed(schedule)
        ? elapsedFires(schedule, clock, { after, until })
        : // A change of the clocks may move a wall time by hours; none by a day or more.
          wallTimesBetween(schedule.timetable, { from: after - 2 * DAY_MS, until: until + 2 * DAY_MS, clock }).flatMap(
            (wall) => firesOf(wall, schedule, clock),
          );
      return [...new Set(found)].filter((fire) => fire > after && fire <= until).sort((a, b) => a - b);
    },
  };
}

interface Span {
  readonly after: number;
  readonly until: number;
}

function isElapsed({ timetable }: PlannedSchedule): boolean {
  return timetable.kind === 'interval' && timetable.everyMs < DAY_MS;
}

function elapsedFires({ timetable }: PlannedSchedule, clock: ZoneClock, { after, until }: Span): number[] {
  if (timetable.kind !== 'interval') return [];
  const { everyMs } = timetable;
  const anchor = timetable.anchorMs ?? clock.instantsOf(Date.UTC(2020, 0, 1))[0] ?? 0;
  const fires: number[] = [];
  const first = anchor + Math.floor((after - anchor) / everyMs) * everyMs;
  for (let fire = first; fire <= until; fire += everyMs) fires.push(fire);
  return fires;
}

/** What becomes of one wall time. */
function firesOf(wall: number, schedule: PlannedSchedule, clock: ZoneClock): readonly number[] {
  const instants = clock.instantsOf(wall);
  const [first, second] = instants;
  const isThroughTheDay = repeatsThroughTheDay(schedule);
  if (first === undefined) {
    const isMoved = schedule.gap === 'auto' ? !isThroughTheDay : schedule.gap === 'next-valid';
    return isMoved ? [clock.afterGap(wall)] : [];
  }
  const fold = schedule.fold === 'auto' ? (isThroughTheDay ? 'both' : 'first') : schedule.fold;
  if (second === undefined || fold === 'first') return [first];
  return fold === 'second' ? [second] : instants;
}

function repeatsThroughTheDay({ timetable }: PlannedSchedule): boolean {
  if (timetable.kind === 'rrule') return timetable.frequency === 'HOURLY';
  return timetable.kind === 'cron' && (timetable.hour.form === 'any' || timetable.hour.form === 'every');
}
