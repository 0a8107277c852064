import { expect, test } from 'vitest';
import { runMillrace } from './run-millrace.ts';

// Of a server that is not there: none is asked.
const preview = (...line: string[]) =>
  runMillrace(['schedule', 'preview', ...line], { MILLRACE_API_URL: 'http://127.0.0.1:1' });

test('a description, then a fire a line, with a note where the clocks change', async () => {
  const berlin = ['--cron', '30 2 * * *', '--timezone', 'Europe/Berlin'];
  const { exitCode, stdout, stderr } = await preview(...berlin, '--from', '2026-03-28', '--until', '2026-03-30T02:30');
  expect(stderr).toBe('');
  const [description, empty, ...table] = stdout.trimEnd().split('\n');
  expect(description).toBe('Every day at 02:30, Berlin');
  expect(empty).toBe('');
  expect(table).toEqual([
    'TIME                  LOCAL TIME                 NOTES',
    '2026-03-28T01:30:00Z  2026-03-28T02:30:00+01:00',
    expect.stringMatching(/^2026-03-29T01:00:00Z {2}2026-03-29T03:00:00\+02:00 {2}.*02:30/),
    '2026-03-30T00:30:00Z  2026-03-30T02:30:00+02:00',
  ]);
  expect(exitCode).toBe(0);
  const skipped = await preview(...berlin, '--from', '2026-03-29', '--count', '1', '--dst-gap', 'skip');
  expect(skipped.stdout).toContain('2026-03-30T00:30:00Z');
});

test('as JSON it is the reply of PreviewSchedule', async () => {
  const { stdout } = await preview(
    ...['--interval', '1d', '--anchor', '2026-01-01T09:00', '--timezone', 'Europe/Paris'],
    ...['--from', '2026-07-01T09:00:00+02:00', '--count', '1', '--json'],
  );
  expect(JSON.parse(stdout)).toEqual({
    fires: [{ time: '2026-07-01T07:00:00Z', localTime: '2026-07-01T09:00:00+02:00', notes: [] }],
    description: 'every day at 09:00, Paris',
  });
});

test.each([
  [
    'a rule',
    ['--rrule', 'FREQ=DAILY;COUNT=2;BYHOUR=9;BYMINUTE=0;BYSECOND=0'],
    ['2020-01-01T09:00:00Z', '2020-01-02T09:00:00Z'],
  ],
  ['lines of a rule', ['--rrule', 'DTSTART:20210101T080000\\nRRULE:FREQ=DAILY;COUNT=1'], ['2021-01-01T08:00:00Z']],
  ['both days', ['--cron', '0 0 13 * fri', '--day-and', '--count', '1'], ['2020-03-13T00:00:00Z']],
  ['the default count', ['--interval', '1h30m'], Array.from({ length: 10 }, () => expect.any(String))],
  [
    'the second of two equal times',
    [
      '--cron',
      '30 1 * * *',
      '--timezone',
      'America/New_York',
      '--from',
      '2026-11-01',
      '--dst-fold',
      'second',
      '--count',
      '1',
    ],
    ['2026-11-01T06:30:00Z'],
  ],
])('%s', async (_, line, expected) => {
  const { stdout } = await preview('--from', '2020-01-01', ...line);
  const times = stdout.trimEnd().split('\n').slice(3);
  expect(times.map((each) => each.split(' ')[0])).toEqual(expected);
});

test('no fires are said to be none', async () => {
  const { exitCode, stdout, stderr } = await preview(
    '--cron',
    '@yearly',
    '--from',
    '2026-02-01',
    '--until',
    '2026-03-01',
  );
  expect(stdout).toMatch(/\nTIME +LOCAL TIME +NOTES\n$/);
  expect(stderr).toBe('No fires.\n');
  expect(exitCode).toBe(0);
});

test.each<[string, string[], string]>([
  ['nothing', [], 'error: one of --cron, --interval and --rrule is needed\n'],
  ['two kinds', ['--cron', '@daily', '--rrule', 'x'], 'error: --cron and --rrule: only one of them can be given\n'],
  ["another kind's anchor", ['--cron', '@daily', '--anchor', '2026-01-01'], 'error: --anchor goes with --interval\n'],
  ["another kind's switch", ['--interval', '1d', '--day-and'], 'error: --day-and goes with --cron\n'],
  [
    'a bad duration',
    ['--interval', '1 day'],
    'error: --interval 1 day: a duration such as 90s, 1h30m or 1d is needed\n',
  ],
  [
    'a negative duration',
    ['--interval', '-5m'],
    'error: --interval -5m: is negative; a duration such as 90s, 1h30m or 1d is needed\n',
  ],
  [
    'a number alone',
    ['--interval', '90'],
    'error: --interval 90: its unit is missing; a duration such as 90s, 1h30m or 1d is needed\n',
  ],
  [
    'a window that ends before it begins',
    ['--cron', '@daily', '--from', '2026-02-01', '--until', '2026-01-31'],
    'error: --until 2026-01-31: is before --from\n',
  ],
  [
    'a window that ends before now',
    ['--cron', '@daily', '--until', '2020-01-01'],
    'error: --until 2020-01-01: is before --from, which is now by default\n',
  ],
  ['a short duration', ['--interval', '500ms'], 'error: --interval: must be at least 1 second'],
  ['a bad anchor', ['--interval', '1d', '--anchor', 'noon'], 'error: --anchor noon: a time such as'],
  ['a day that is none', ['--cron', '@daily', '--from', '2026-02-30'], 'error: --from 2026-02-30: a time such as'],
  ['an unknown zone', ['--cron', '@daily', '--timezone', 'Nowhere'], 'error: --timezone: "Nowhere" is unknown'],
  ['a bad rule', ['--rrule', 'FREQ=SOMETIMES'], 'error: --rrule: '],
  ['an unknown fold', ['--cron', '@daily', '--dst-fold', 'last'], 'auto, first, second, both'],
  ['no fires at all', ['--cron', '@daily', '--count', '0'], '--count'],
])('%s is a mistake of usage', async (_, line, message) => {
  const { exitCode, stdout, stderr } = await preview(...line);
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(exitCode).toBe(2);
});

test('a mark below the expression shows where it goes wrong', async () => {
  const { stderr } = await preview('--cron', '0 9,25 * * *');
  const [message, expression, mark] = stderr.split('\n');
  expect(message).toMatch(/^error: --cron: "25" at character 5 /);
  expect(expression).toBe('  0 9,25 * * *');
  expect(mark).toBe('      ^');
});
