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
  ['Every 10 seconds', every(10_000)],
  ['Every hour (paused)', every(3_600_000, { active: false })],
  ['Every day', every(86_400_000, { active: true })],
  ['Weekdays at 09:00, Paris', cron('0 9 * * mon-fri', { timezone: 'Europe/Paris' })],
  ['Every day at 08:30, UTC (paused)', rrule('FREQ=DAILY;BYHOUR=8;BYMINUTE=30;BYSECOND=0', { active: false })],
  ['At times of a kind not known here', create(ScheduleSchema)],
] as const)('%s', ([words, schedule]) => {
  expect(scheduleWords(schedule)).toBe(words);
});
