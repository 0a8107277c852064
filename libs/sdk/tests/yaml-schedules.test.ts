import { expect, test } from 'vitest';
import { good, loadYaml as load } from './load-yaml.ts';

test('every kind of schedule, with every option', async () => {
  const { loaded } = await load(`${good}schedules:
  - slug: a
    cron: '0 12 13 * fri'
    day_or: false
    timezone: Europe/Berlin
    active: false
    parameters: { who: you }
    dst_gap: next-valid
    dst_fold: both
    jitter: 90
    overlap: buffer-one
    catch_up: latest
    expire_after: 6h
  - { slug: b, rrule: 'FREQ=DAILY', jitter: 1.5 }
  - { slug: c, interval: 1d, catch_up: none }
  - { slug: d, interval: 1d, anchor: 2026-01-01T09:00:00+01:00 }
  - { slug: e, interval: 1d, anchor: 2026-01-01T09:00, timezone: Europe/Rome }
  - { slug: f, interval: 1d, anchor: 2026-01-01 }
`);
  expect(loaded[0]?.spec.schedules).toEqual([
    {
      slug: 'a',
      kind: 'cron',
      cron: '0 12 13 * fri',
      dayOr: false,
      timezone: 'Europe/Berlin',
      active: false,
      parameters: { who: 'you' },
      dstGap: 'next-valid',
      dstFold: 'both',
      jitterMs: 90_000,
      overlap: 'buffer-one',
      catchUp: 'latest',
      expireAfterMs: 21_600_000,
    },
    { slug: 'b', kind: 'rrule', rrule: 'FREQ=DAILY', jitterMs: 1_500 },
    { slug: 'c', kind: 'interval', intervalMs: 86_400_000, catchUp: 'none' },
    { slug: 'd', kind: 'interval', intervalMs: 86_400_000, anchorMs: Date.UTC(2026, 0, 1, 8) },
    {
      slug: 'e',
      kind: 'interval',
      intervalMs: 86_400_000,
      anchorWallMs: Date.UTC(2026, 0, 1, 9),
      timezone: 'Europe/Rome',
    },
    { slug: 'f', kind: 'interval', intervalMs: 86_400_000, anchorWallMs: Date.UTC(2026, 0, 1) },
  ]);
});

test.each<[string, string, string[]]>([
  [
    'a bad interval',
    `${good}schedule:\n  interval: 1 hour`,
    ["3:3: schedule.interval: a schedule's interval must be a duration, not '1 hour': seconds, or a text such as"],
  ],
  [
    'too short an interval',
    `${good}schedule: { interval: 0.5 }`,
    ["2:13: schedule.interval: a schedule's interval must be from 1s to 3650d, not 0.5 seconds"],
  ],
  [
    'an interval below nothing',
    `${good}schedule: { interval: -5 }`,
    ["2:13: schedule.interval: a schedule's interval must be a duration, not -5: seconds, or a text such as"],
  ],
  [
    'an interval that is none',
    `${good}schedule: { interval: [1] }`,
    ["2:13: schedule.interval: a schedule's interval must be a duration, not a list: seconds, or"],
  ],
  ...['2026-02-30T00:00:00Z', "'2026-02-30T00:00:00Z'", "'2026-02-30'"].map((anchor): [string, string, string[]] => [
    `an anchor that there is not, ${anchor}`,
    `${good}schedule: { interval: 1d, anchor: ${anchor} }`,
    ["2:27: schedule.anchor: a schedule's anchor must be a time that there is, such as '2026-01-31T09:00' or"],
  ]),
  [
    'an anchor that is a number',
    `${good}schedule: { interval: 1d, anchor: 2026 }`,
    ["2:27: schedule.anchor: a schedule's anchor must be a time that there is, such as"],
  ],
  [
    'durations that are out of bounds',
    `${good}schedule: { interval: 60, jitter: 90000, expire_after: 0.25 }`,
    [
      "2:27: schedule.jitter: a schedule's jitter must be at most 1d, not 90000 seconds",
      "2:42: schedule.expire_after: a schedule's expire_after must be from 1s to 3650d, not 0.25 seconds",
    ],
  ],
  [
    'a slug that is there twice',
    `${good}schedules:\n  - { interval: 60, slug: a }\n  - { interval: 60, slug: b }\n  - { interval: 90, slug: a }`,
    ["5:21: schedules[2].slug: is 'a', as that of schedules[0]: each of several schedules needs one of its own"],
  ],
  [
    'a slug that is missing',
    `${good}schedules:\n  - { interval: 60, slug: a }\n  - { interval: 90 }`,
    ['4:5: schedules[1].slug: is missing: each of several schedules needs one of its own'],
  ],
  ['no kind of schedule', `${good}schedule: { slug: a }`, ['2:1: schedule: one of interval, cron and rrule is needed']],
  [
    'two kinds of a schedule',
    `${good}schedule:\n  cron: '@daily'\n  interval: 60`,
    ['3:3: schedule.cron: only one of interval, cron and rrule can be given'],
  ],
  [
    "another kind's key",
    `${good}schedule: { rrule: FREQ=DAILY, day_or: true, anchor: x }`,
    ['2:46: schedule.anchor: is for a schedule with interval', '2:32: schedule.day_or: is for a schedule with cron'],
  ],
  [
    'a bad expression',
    `${good}schedule: { cron: 0 9 * * }`,
    ["2:13: schedule.cron: '0 9 * *' is not a cron expression"],
  ],
  [
    'a bad rule',
    `${good}schedules: [{ rrule: daily }]`,
    ["2:15: schedules[0].rrule: 'daily' is not a recurrence rule"],
  ],
  [
    'a misspelt option, and bad values',
    `${good}schedule: { interval: 60, overlpa: skip, catch_up: lates, dst_gap: next_valid, jitter: x, active: no }`,
    [
      "2:27: schedule.overlpa: there is no such key; did you mean 'overlap'?",
      "2:91: schedule.active: a schedule's active must be true or false, not 'no'",
      "2:59: schedule.dst_gap: a schedule's dst_gap must be 'auto', 'next-valid' or 'skip', not 'next_valid'",
      "2:80: schedule.jitter: a schedule's jitter must be a duration, not 'x': seconds, or a text such as",
      "2:42: schedule.catch_up: a schedule's catch_up must be 'all', 'latest' or 'none', not 'lates'",
    ],
  ],
  ['both schedule and schedules', `${good}schedule: { interval: 60 }\nschedules: []`, ['3:1: schedules: give either']],
])('%s', async (_, text, expected) => {
  const { problems = [] } = await load(text);
  expect(problems).toHaveLength(expected.length);
  for (const [index, each] of expected.entries()) expect(problems[index]).toContain(each);
  for (const [index, each] of expected.entries())
    if (/^\d/.test(each)) expect(problems[index]?.startsWith(each)).toBe(true);
});
