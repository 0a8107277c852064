import type { JsonObject as ProtoJson } from '@bufbuild/protobuf';
import { durationFromMs, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { CatchUp, DstFold, DstGap, Overlap } from '@millrace/contracts/millrace/v1/schedule_pb';
import type { IntervalSpec, ScheduleSpec } from './schedule-spec.ts';
import { instantOf } from './zoned-time.ts';

const dstGaps = { auto: DstGap.AUTO, 'next-valid': DstGap.NEXT_VALID, skip: DstGap.SKIP };
const dstFolds = { auto: DstFold.AUTO, first: DstFold.FIRST, second: DstFold.SECOND, both: DstFold.BOTH };
const overlaps = { allow: Overlap.ALLOW, skip: Overlap.SKIP, 'buffer-one': Overlap.BUFFER_ONE };
const catchUps = { all: CatchUp.ALL, latest: CatchUp.LATEST, none: CatchUp.NONE };

/** A schedule as the contract has it. */
export async function scheduleMessage(schedule: ScheduleSpec) {
  const { slug, timezone, active, parameters, dstGap, dstFold, overlap, catchUp, jitterMs, expireAfterMs } = schedule;
  return {
    slug: slug ?? '',
    spec: await specMessage(schedule),
    timezone: timezone ?? '',
    ...(active !== undefined && { active }),
    ...(parameters && { parameters: parameters as ProtoJson }),
    ...(dstGap && { dstGap: dstGaps[dstGap] }),
    ...(dstFold && { dstFold: dstFolds[dstFold] }),
    ...(overlap && { overlap: overlaps[overlap] }),
    ...(catchUp && { catchUp: catchUps[catchUp] }),
    ...(jitterMs !== undefined && { jitter: durationFromMs(jitterMs) }),
    ...(expireAfterMs !== undefined && { expireAfter: durationFromMs(expireAfterMs) }),
  };
}

async function specMessage(schedule: ScheduleSpec) {
  switch (schedule.kind) {
    case 'interval': {
      const anchorMs = await anchorOf(schedule);
      const anchor = anchorMs === undefined ? {} : { anchor: timestampFromMs(anchorMs) };
      return { case: 'interval' as const, value: { interval: durationFromMs(schedule.intervalMs), ...anchor } };
    }
    case 'cron': {
      const { cron, dayOr } = schedule;
      return { case: 'cron' as const, value: { cron, ...(dayOr !== undefined && { dayOr }) } };
    }
    case 'rrule':
      return { case: 'rrule' as const, value: { rrule: schedule.rrule } };
  }
}

/** The contract knows instants alone. */
async function anchorOf({ anchorMs, anchorWallMs, timezone }: IntervalSpec): Promise<number | undefined> {
  if (anchorWallMs === undefined) return anchorMs;
  // Most who deploy do without a calendar, and who only declares deployments never needs one.
  const { openZones } = await import('@millrace/schedules');
  return instantOf(anchorWallMs, openZones().open(timezone ?? 'UTC'));
}
