import { testDatabase } from '@millrace/db/testing';
import { expect, test } from 'vitest';
import { soakCalendar } from './calendar/soak-calendar.ts';

// In these weeks the clocks change in Europe, in America, in Australia and New Zealand, and in Chile.
const size = { start: Date.UTC(2026, 2, 6), days: 35, deployments: 60 };

test('five weeks of sixty deployments fire as they are meant to', async ({ signal }) => {
  await using fixture = await testDatabase();
  const { problems, compared } = await soakCalendar({ ...size, seed: 20_260_306, url: fixture.url, stop: signal });
  expect(problems.slice(0, 20)).toEqual([]);
  expect(compared).toBeGreaterThan(5_000);
});
