import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { CatchUp, DstFold, DstGap, type ScheduleSchema } from '@millrace/contracts/millrace/v1/schedule_pb';
import type { PlannedSchedule, Timetable } from './timetable.ts';
import { cronText, ruleText } from './write-timetable.ts';

type ScheduleInit = MessageInitShape<typeof ScheduleSchema>;

const gaps = { auto: DstGap.AUTO, 'next-valid': DstGap.NEXT_VALID, skip: DstGap.SKIP };
const folds = { auto: DstFold.AUTO, first: DstFold.FIRST, second: DstFold.SECOND, both: DstFold.BOTH };
const catchUps = { all: CatchUp.ALL, latest: CatchUp.LATEST, none: CatchUp.NONE };

/** A schedule as it is sent to the server. */
export function scheduleMessage(schedule: PlannedSchedule): ScheduleInit {
  const { slug, timezone, timetable, jitterMs, expireAfterMs } = schedule;
  return {
    ...{ slug, timezone, spec: specOf(timetable) },
    dstGap: gaps[schedule.gap],
    dstFold: folds[schedule.fold],
    catchUp: catchUps[schedule.catchUp],
    ...(jitterMs > 0 && { jitter: duration(jitterMs) }),
    ...(expireAfterMs !== null && { expireAfter: duration(expireAfterMs) }),
  };
}

function specOf(timetable: Timetable): ScheduleInit['spec'] {
  switch (timetable.kind) {
    case 'interval': {
      const { everyMs, anchorMs } = timetable;
      const anchor = anchorMs === null ? {} : { anchor: timestampFromMs(anchorMs) };
      return { case: 'interval', value: { interval: duration(everyMs), ...anchor } };
    }
    case 'cron':
      return { case: 'cron', value: { cron: cronText(timetable), dayOr: timetable.dayOr } };
    case 'rrule':
      return { case: 'rrule', value: { rrule: ruleText(timetable) } };
  }
}

function duration(ms: number) {
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1_000_000 };
}
