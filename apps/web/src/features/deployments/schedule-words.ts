import { durationMs } from '@bufbuild/protobuf/wkt';
import type { Deployment } from '@millrace/contracts/millrace/v1/deployment_pb';
import type { Schedule } from '@millrace/contracts/millrace/v1/schedule_pb';
import { describeSchedule } from '@millrace/schedules/words';
import { durationWords } from '../../ui/durations.ts';

/** When a deployment runs by itself: "Every 10 seconds", "Every day; every hour (paused)", "No schedule". */
export function scheduleWords({
  schedules,
  isScheduleActive,
}: Pick<Deployment, 'schedules' | 'isScheduleActive'>): string {
  if (schedules.length === 0) return 'No schedule';
  const words = schedules.map((schedule) => {
    const when = fireWords(schedule);
    return schedule.active === false && isScheduleActive ? `${when} (paused)` : when;
  });
  const text = words.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${isScheduleActive ? '' : ' (paused)'}`;
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
