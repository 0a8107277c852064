import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './calendar.ts';
import { type CompiledSchedule, compileSchedule } from './compile-schedule.ts';
import { nextFires } from './next-fires.ts';
import type { FireWindow, Schedule } from './schedule.ts';
import type { Stretch } from './zone.ts';

/** A fire as people read it. */
export interface FirePreview {
  /** Epoch milliseconds. */
  readonly time: number;
  /** What the zone's clocks show then, with their offset: "2026-03-29T03:00:00+02:00". */
  readonly localTime: string;
  /** What changes of the clocks do to it. */
  readonly notes: readonly string[];
}

/**
 * The fires of a schedule within a window, in its zone's time, with a word wherever the clocks change.
 *
 * @throws {ScheduleError} for a schedule that can't fire
 */
export function previewFires(schedule: Schedule | CompiledSchedule, window: FireWindow): FirePreview[] {
  const compiled = 'fires' in schedule ? schedule : compileSchedule(schedule);
  const fires = nextFires(compiled, window);
  return fires.map((time, index) => {
    const stretch = compiled.zone.stretchAt(time);
    const previous = fires[index - 1];
    const notes = notesOf(compiled, { time, stretch });
    const offsetBefore = previous === undefined ? stretch.offset : compiled.zone.stretchAt(previous).offset;
    if (offsetBefore !== stretch.offset && notes.length === 0)
      notes.push(`the offset changes from ${offsetText(offsetBefore)} to ${offsetText(stretch.offset)} before it`);
    return { time, localTime: localTime(time, stretch.offset), notes };
  });
}

interface Place {
  readonly time: number;
  readonly stretch: Stretch;
}

function notesOf({ zone, zoned }: CompiledSchedule, { time, stretch }: Place): string[] {
  const shown = time + stretch.offset;
  const notes: string[] = [];
  const before = zone.stretchAt(stretch.start - 1);
  const left = time === stretch.start && zoned ? zoned.times.from(stretch.start + before.offset)() : shown;
  if (left < shown) {
    // Some zones left out a whole day.
    const read = dateText(left) === dateText(shown) ? clock : (wall: number) => `${dateText(wall)} ${clock(wall)}`;
    const fate = zoned?.gap === 'skip' ? 'so it is left out' : `so it fires at ${read(shown)}`;
    notes.push(`the clocks go forward here: ${read(left)} does not exist, ${fate}`);
  }
  if (shows(before, stretch, shown)) notes.push(`${clock(shown)} comes twice here: this is the second time`);
  else if (shows(zone.stretchAt(stretch.end), stretch, shown))
    notes.push(`${clock(shown)} comes twice here: this is the first time`);
  return notes;
}

/** Whether a neighbour of a stretch shows a wall time too. */
function shows(neighbour: Stretch, stretch: Stretch, wall: number): boolean {
  const { start, end, offset } = neighbour;
  return start !== stretch.start && wall >= start + offset && wall < end + offset;
}

/** An instant as what clocks with such an offset show, with the offset. */
export function localTime(instant: number, offset: number): string {
  const shown = new Date(instant + offset).toISOString().replace('.000Z', '').replace('Z', '');
  return `${shown}${offsetText(offset)}`;
}

function offsetText(offset: number): string {
  return `${offset < 0 ? '-' : '+'}${clock(Math.abs(offset))}`;
}

/** "2026-03-29". */
function dateText(wall: number): string {
  return new Date(wall).toISOString().split('T')[0] ?? '';
}

/** "02:30", with seconds where there are any. */
function clock(wall: number): string {
  const ofDay = ((wall % DAY_MS) + DAY_MS) % DAY_MS;
  const parts = [ofDay / HOUR_MS, (ofDay % HOUR_MS) / MINUTE_MS, (ofDay % MINUTE_MS) / SECOND_MS].map((part) =>
    String(Math.floor(part)).padStart(2, '0'),
  );
  return (parts[2] === '00' ? parts.slice(0, 2) : parts).join(':');
}
