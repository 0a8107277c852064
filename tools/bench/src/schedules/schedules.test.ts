import { systemClock } from '@millrace/clock';
import { expect, test } from 'vitest';
import { reportLines } from '../harness/report.ts';
import { runScenario } from '../harness/run-scenario.ts';
import { schedules } from './schedules.ts';

test('in tiny: both sides are measured, make the same, and are printed', { timeout: 120_000 }, async () => {
  const report = await runScenario(schedules, {
    ...{ name: 'schedules', rounds: 1, tiny: true, long: false, profile: false },
    environment: process.env,
    clock: systemClock,
    progress: () => undefined,
  });
  const rows = Object.fromEntries(report.legs.map(({ name, rows }) => [name, rows]));
  expect(rows['fires of a year']).toEqual(rows['cron-parser, next() through the year']);
  expect(rows).toMatchObject({
    'cold fill': { fires: 300, runs: 300, states: 300, entries: 300 },
    'one deployment at a time': { fires: 30, runs: 30, states: 30, entries: 30 },
    'pass, nothing due': { read: 0 },
    'pass that reads all': { read: 200, due: 0 },
  });
  expect(report.conditions).toMatchObject({ fsync: 'on', synchronous_commit: 'on', 'cron-parser': '5.10.5' });
  const lines = reportLines(report);
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^\| fires \/ cron-parser +\| [\d.]+ +\| [\d.]+ +\| [\d.]+ +\| >= 20 +\| (holds|MISSED) +\|$/,
    ),
  );
});
