import { systemClock } from '@millrace/clock';
import { expect, test } from 'vitest';
import { reportLines } from '../harness/report.ts';
import { runScenario } from '../harness/run-scenario.ts';
import { claim } from './claim.ts';

test('in tiny: both sides are measured, counted and printed', { timeout: 120_000 }, async () => {
  const report = await runScenario(claim, {
    ...{ name: 'claim', rounds: 1, tiny: true, long: true, profile: false },
    environment: process.env,
    clock: systemClock,
    progress: () => undefined,
  });
  const rows = Object.fromEntries(report.legs.map(({ name, rows }) => [name, rows]));
  expect(rows).toEqual({
    'claim, nothing else waits': { claimed: 100 },
    'claim, runs of another queue wait': { claimed: 100 },
    'claim, later runs of priority 9 wait': { claimed: 100 },
    'tag-array query, runs of another queue wait': { taken: 30 },
    'claim, the first under a held snapshot': { claimed: 100 },
    'claim, after 200,000 under a held snapshot': { claimed: 100 },
  });
  expect(report.conditions).toMatchObject({ fsync: 'on', synchronous_commit: 'on' });
  const lines = reportLines(report);
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^\| claim, nothing else waits +\| [\d.]+ +\| [\d.]+ +\| [\d.]+ +\| [\d.]+ +\| 10 +\| 100 claimed +\|$/,
    ),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^\| runs of another queue \/ none, p50 +\| [\d.]+ +\| [\d.]+ +\| [\d.]+ +\| <= 1.5 +\| (holds|MISSED) +\|$/,
    ),
  );
});
