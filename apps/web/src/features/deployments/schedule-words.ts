import { durationMs } from '@bufbuild/protobuf/wkt';
import type { Schedule } from '@millrace/contracts/millrace/v1/schedule_pb';
import { describeSchedule } from '@millrace/schedules/words';
import { durationWords } from '../../ui/durations.ts';

/** When a schedule fires, and whether it is switched off: "Every 10 seconds", "Weekdays at 09:00, Paris (paused)". */
export function scheduleWords(schedule: Schedule): string {
  const when = fireWords(schedule);
  return `${when.charAt(0).toUpperCase()}${when.slice(1)}${schedule.active === false ? ' (paused)' : ''}`;
}

function fireWords({ spec, timezone }: Schedule): string {
  switch (spec.case) {
    case 'interval':
      return spec.value.interval ? `every ${durationWords(durationMs(spec.value.interval))}` : 'never';
    case 'cron': {
      const { cron, dayOr = true } = spec.value;
      return describeSchedule({ spec: { kind: 'cron', cron, dayOr }, timezone });
    }
    case 'rrule':
      return describeSchedule({ spec: { kind: 'rrule', rrule: spec.value.rrule }, timezone });
    default:
      return 'at times of a kind not known here';
  }
}
