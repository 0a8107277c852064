import { systemClock } from '@millrace/clock';
import { expect, test } from 'vitest';
import { reportLines } from '../harness/report.ts';
import { runScenario } from '../harness/run-scenario.ts';
import { cli } from './cli.ts';

test('in tiny: commands are measured beside an empty script, and what they print is counted', {
  timeout: 120_000,
}, async () => {
  const report = await runScenario(cli, {
    ...{ name: 'cli', rounds: 1, tiny: true, long: false, profile: false },
    environment: process.env,
    clock: systemClock,
    progress: () => undefined,
  });
  expect(Object.fromEntries(report.legs.map(({ name, n, rows }) => [name, { n, ...rows }]))).toEqual({
    'an empty script': { n: 1 },
    'millrace --help': { n: 1, commands: expect.any(Number) },
    'millrace deployment ls, 3 deployments': { n: 1, listed: 3 },
    'millrace deployment ls, 1,000 deployments': { n: 1, listed: 300 },
    'its calls for 1,000 deployments': { n: 1, listed: 300 },
    'a call of a flow in a program': { n: 2, calls: 2 },
    'deployment create, 500 new ones': { n: 1, created: 20 },
    'deployment create, 500 unchanged ones': { n: 1, created: 0 },
  });
  expect(reportLines(report)).toContainEqual(
    expect.stringMatching(
      /^\| calls for 1,000, p50 in ms +\| [\d.]+ +\| [\d.]+ +\| [\d.]+ +\| <= 200 +\| (holds|MISSED) +\|$/,
    ),
  );
});
