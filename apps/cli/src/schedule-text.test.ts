import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { durationFromMs } from '@bufbuild/protobuf/wkt';
import { CatchUp, DstFold, DstGap, Overlap, ScheduleSchema } from '@millrace/contracts/millrace/v1/schedule_pb';
import { expect, test } from 'vitest';
import { scheduleOptionTexts, scheduleText } from './schedule-text.ts';

const schedule = (init: MessageInitShape<typeof ScheduleSchema>) => create(ScheduleSchema, init);
const cron = { case: 'cron', value: { cron: '0 9 * * *' } } as const;

test('when it fires, and whether', () => {
  expect(scheduleText(schedule({ spec: cron, timezone: 'Europe/Paris' }))).toBe('every day at 09:00, Paris');
  expect(scheduleText(schedule({ spec: cron, active: false }))).toBe('every day at 09:00, UTC (paused)');
  const interval = { case: 'interval', value: { interval: durationFromMs(10_000) } } as const;
  expect(scheduleText(schedule({ spec: interval }))).toBe('every 10 seconds');
  // As a newer server's kind arrives here.
  expect(scheduleText(schedule({}))).toBe('at times of a kind not known here');
});

test('what is not the default, and nothing else', () => {
  expect(scheduleOptionTexts(schedule({ spec: cron }))).toEqual([]);
  const said = { dstGap: DstGap.AUTO, dstFold: DstFold.AUTO, overlap: Overlap.ALLOW, catchUp: CatchUp.ALL };
  expect(scheduleOptionTexts(schedule({ spec: cron, ...said }))).toEqual([]);
  const otherwise = {
    timezone: 'Europe/Paris',
    dstGap: DstGap.NEXT_VALID,
    dstFold: DstFold.BOTH,
    overlap: Overlap.BUFFER_ONE,
    catchUp: 9 as CatchUp,
    jitter: durationFromMs(90_000),
    expireAfter: durationFromMs(3_600_000),
    parameters: { who: 'me' },
    error: 'cron: too old',
  };
  expect(scheduleOptionTexts(schedule({ spec: cron, ...otherwise }))).toEqual([
    'timezone: Europe/Paris',
    'dst gap: next-valid',
    'dst fold: both',
    'jitter: 1m30s',
    'overlap: buffer-one',
    'catch up: 9',
    'expire after: 1h',
    'parameters: {"who":"me"}',
    "can't fire: cron: too old",
  ]);
});
