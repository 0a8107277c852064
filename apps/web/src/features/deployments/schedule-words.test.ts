import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { durationFromMs } from '@bufbuild/protobuf/wkt';
import { ScheduleSchema } from '@millrace/contracts/millrace/v1/schedule_pb';
import { expect, test } from 'vitest';
import { scheduleWords } from './schedule-words.ts';

function every(ms: number, more: MessageInitShape<typeof ScheduleSchema> = {}) {
  return create(ScheduleSchema, { spec: { case: 'interval', value: { interval: durationFromMs(ms) } }, ...more });
}

test.for([
  ['No schedule', [], true],
  ['Every 10 seconds', [every(10_000)], true],
  ['Every 10 seconds (paused)', [every(10_000)], false],
  ['Every day; every hour (paused)', [every(86_400_000), every(3_600_000, { active: false })], true],
  ['Every day; every hour (paused)', [every(86_400_000), every(3_600_000, { active: false })], false],
] as const)('%s', ([words, schedules, isScheduleActive]) => {
  expect(scheduleWords({ schedules: [...schedules], isScheduleActive })).toBe(words);
});
