import { durationMs, timestampMs } from '@bufbuild/protobuf/wkt';
import { CatchUp, DstFold, DstGap, Overlap, type Schedule } from '@millrace/contracts/millrace/v1/schedule_pb';
import type { ScheduleSpec } from '@millrace/schedules';
import { describeSchedule } from '@millrace/schedules/words';
import { durationText } from './times.ts';

/** "weekdays at 09:00, Paris": when a schedule fires, in few words. */
export function scheduleText({ spec, timezone, active }: Schedule): string {
  const read = specOf(spec);
  const when = read
    ? describeSchedule({ spec: read, timezone: timezone || 'UTC' })
    : 'at times of a kind not known here';
  return active === false ? `${when} (paused)` : when;
}

/** "nightly: every day at 00:00, UTC; overlap: skip". */
export function scheduleDetail(schedule: Schedule): string {
  const texts = [scheduleText(schedule), ...scheduleOptionTexts(schedule)];
  return `${schedule.slug || 'default'}: ${texts.join('; ')}`;
}

/** What a schedule has besides that is not the default: "overlap: skip"; and why it can't fire, if it can't. */
export function scheduleOptionTexts(schedule: Schedule): string[] {
  const { timezone, jitter, expireAfter, parameters = {} } = schedule;
  const words: readonly (readonly [name: string, value: string | undefined])[] = [
    // In full: words name but the city.
    ['timezone', timezone && timezone !== 'UTC' ? timezone : undefined],
    ['dst gap', enumText(DstGap, schedule.dstGap, DstGap.AUTO)],
    ['dst fold', enumText(DstFold, schedule.dstFold, DstFold.AUTO)],
    ['jitter', jitter && durationText(durationMs(jitter))],
    ['overlap', enumText(Overlap, schedule.overlap, Overlap.ALLOW)],
    ['catch up', enumText(CatchUp, schedule.catchUp, CatchUp.ALL)],
    ['expire after', expireAfter && durationText(durationMs(expireAfter))],
    ['parameters', Object.keys(parameters).length > 0 ? JSON.stringify(parameters) : undefined],
    ["can't fire", schedule.error],
  ];
  return words.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
}

// Of a newer server there may be others.
function specOf(spec: Schedule['spec']): ScheduleSpec | undefined {
  switch (spec.case) {
    case 'interval': {
      const { interval, anchor } = spec.value;
      const intervalMs = interval ? durationMs(interval) : 0;
      return { kind: 'interval', intervalMs, anchorMs: anchor ? timestampMs(anchor) : null };
    }
    case 'cron':
      return { kind: 'cron', cron: spec.value.cron, dayOr: spec.value.dayOr ?? true };
    case 'rrule':
      return { kind: 'rrule', rrule: spec.value.rrule };
    default:
      return undefined;
  }
}

/** "next-valid"; undefined where it says the default, or nothing. */
function enumText(values: Readonly<Record<string, number>>, value: number, standard: number): string | undefined {
  if (value === 0 || value === standard) return undefined;
  const found = Object.entries(values).find(([, each]) => each === value);
  return found?.[0].toLowerCase().replaceAll('_', '-') ?? String(value);
}
