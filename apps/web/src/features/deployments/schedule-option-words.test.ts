import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { durationFromMs } from '@bufbuild/protobuf/wkt';
import { CatchUp, DstFold, DstGap, Overlap, ScheduleSchema } from '@millrace/contracts/millrace/v1/schedule_pb';
import { expect, test } from 'vitest';
import { scheduleOptionWords } from './schedule-option-words.ts';

type Init = MessageInitShape<typeof ScheduleSchema>;
const [second, hour, day] = [1_000, 3_600_000, 86_400_000];
const every = (ms: number): Init => ({ spec: { case: 'interval', value: { interval: durationFromMs(ms) } } });
const byClocks = { dstGap: DstGap.SKIP, dstFold: DstFold.FIRST };
const leftOut = 'where the clocks leave a time out,';
const twice = 'where a time comes twice, fires';

const cases: readonly (readonly [what: string, said: Init, words: readonly string[]])[] = [
  ['nothing', {}, []],
  [
    'defaults',
    { dstGap: DstGap.AUTO, dstFold: DstFold.AUTO, overlap: Overlap.ALLOW, catchUp: CatchUp.ALL, parameters: {} },
    [],
  ],
  ['a jitter of nothing', { jitter: durationFromMs(0) }, []],
  ['when, zone and switch', { ...every(hour), slug: 'often', timezone: 'Europe/Paris', active: false }, []],
  ['dst_gap next-valid', { dstGap: DstGap.NEXT_VALID }, [`${leftOut} fires at the first instant after it`]],
  ['dst_gap skip', { dstGap: DstGap.SKIP }, [`${leftOut} does not fire`]],
  ['dst_fold first', { dstFold: DstFold.FIRST }, [`${twice} the first time`]],
  ['dst_fold second', { dstFold: DstFold.SECOND }, [`${twice} the second time`]],
  ['dst_fold both', { dstFold: DstFold.BOTH }, [`${twice} both times`]],
  [
    'changes of the clocks, daily',
    { ...every(day), ...byClocks },
    [`${leftOut} does not fire`, `${twice} the first time`],
  ],
  ['changes of the clocks, hourly', { ...every(hour), ...byClocks }, []],
  ['jitter', { jitter: durationFromMs(second) }, ['starts runs up to 1 second after their fire']],
  ['overlap skip', { overlap: Overlap.SKIP }, ['skips a fire while an earlier run is not at its end']],
  [
    'overlap buffer-one',
    { overlap: Overlap.BUFFER_ONE },
    ['lets one run wait until the earlier one has ended, and skips others meanwhile'],
  ],
  ['catch_up latest', { catchUp: CatchUp.LATEST }, ['of missed fires, runs the newest one alone']],
  ['catch_up none', { catchUp: CatchUp.NONE }, ['skips a run that has not been taken within a minute of its time']],
  [
    'expire_after',
    { expireAfter: durationFromMs(1.5 * hour) },
    ['skips a run that has not been taken 1 hour and 30 minutes after its time'],
  ],
  [
    'parameters',
    { parameters: { region: 'eu', limit: 10, only: null } },
    ['parameters over the deployment’s: region = "eu", limit = 10, only = null'],
  ],
  [
    'what a newer server knows',
    { dstGap: 9 as DstGap, dstFold: 9 as DstFold, overlap: 9 as Overlap, catchUp: 9 as CatchUp },
    ['dst_gap', 'dst_fold', 'overlap', 'catch_up'].map((option) => `${option} of a kind not known here`),
  ],
  [
    'all at once, parameters last as they may be long',
    {
      parameters: { a: 1 },
      expireAfter: durationFromMs(day),
      catchUp: CatchUp.LATEST,
      overlap: Overlap.SKIP,
      jitter: durationFromMs(30 * second),
    },
    [
      'starts runs up to 30 seconds after their fire',
      'skips a fire while an earlier run is not at its end',
      'of missed fires, runs the newest one alone',
      'skips a run that has not been taken 1 day after its time',
      'parameters over the deployment’s: a = 1',
    ],
  ],
];

test.for(cases)('%s', ([, said, words]) => {
  expect(scheduleOptionWords(create(ScheduleSchema, said))).toEqual(words);
});

test('of long parameters the beginning', () => {
  const [words = ''] = scheduleOptionWords(create(ScheduleSchema, { parameters: { text: 'x'.repeat(10_000) } }));
  expect(words).toMatch(/^parameters over the deployment’s: text = "x+…$/);
  expect(words.length).toBeLessThan(250);
});
