import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { durationFromMs } from '@bufbuild/protobuf/wkt';
import { ScheduleSchema } from '@millrace/contracts/millrace/v1/schedule_pb';
import { expect, test } from 'vitest';
import { scheduleWords } from './schedule-words.ts';

function every(ms: number, more: MessageInitShape<typeof ScheduleSchema> = {}) {
  return create(ScheduleSchema, { spec: { case: 'interval', value: { interval: durationFromMs(ms) } }, ...more });
}

function cron(expression: string, more: MessageInitShape<typeof ScheduleSchema>) {
  return create(ScheduleSchema, { spec: { case: 'cron', value: { cron: expression } }, ...more });
}

function rrule(rule: string, more: MessageInitShape<typeof ScheduleSchema>) {
  return create(ScheduleSchema, { spec: { case: 'rrule', value: { rrule: rule } }, timezone: 'UTC', ...more });
}

test.for([
  ['No schedule', [], true],
  ['Every 10 seconds', [every(10_000)], true],
  ['Every 10 seconds (paused)', [every(10_000)], false],
  ['Every day; every hour (paused)', [every(86_400_000), every(3_600_000, { active: false })], true],
  ['Every day; every hour (paused)', [every(86_400_000), every(3_600_000, { active: false })], false],
  ['Weekdays at 09:00, Paris', [cron('0 9 * * mon-fri', { timezone: 'Europe/Paris' })], true],
  ['Every day at 08:30, UTC (paused)', [rrule('FREQ=DAILY;BYHOUR=8;BYMINUTE=30;BYSECOND=0', { active: false })], true],
  ['At times of a kind not known here', [create(ScheduleSchema)], true],
] as const)('%s', ([words, schedules, isScheduleActive]) => {
  expect(scheduleWords({ schedules: [...schedules], isScheduleActive })).toBe(words);
});
