import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openDatabase } from '@millrace/db';
import { startEmbeddedPostgres } from '@millrace/embedded-postgres';
import { silentLogger } from '@millrace/telemetry';
import { soakCalendar } from './calendar/soak-calendar.ts';
import type { Soak } from './soak.ts';
import { alignTable } from './table.ts';

// The clocks of both halves of the year change within, most of them twice in the year's beginning.
const size = { start: Date.UTC(2026, 1, 10), days: 90, deployments: 500 };
const mostProblemsShown = 20;
const sayEachDays = 10;

/**
 * Three months of five hundred deployments on a virtual clock, against an oracle that knows nothing of how we compute
 * fires. An argument is the seed of an earlier one, to play it again.
 */
export const calendarSoak: Soak = async ({ args, clock, stop, print }) => {
  const seed = args[0] === undefined ? clock.now() % 1_000_000 : Number(args[0]);
  if (!Number.isInteger(seed) || args.length > 1) {
    print('The only argument is a seed, a whole number: npm run soak -- calendar 12345');
    return 2;
  }
  print(`seed ${seed}`);
  const began = clock.now();
  const folder = await mkdtemp(join(tmpdir(), 'millrace-calendar-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const postgres = await startEmbeddedPostgres({
    ...{ directory: folder, clock, log: silentLogger(), fsync: false },
    settings: { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '30min' },
  });
  stack.use(postgres);
  {
    await using database = openDatabase({ url: postgres.url, schema: 'millrace', applicationName: 'soak' });
    await migrate(database);
  }
  const seconds = () => ((clock.now() - began) / 1000).toFixed(0);
  const dayOver = (days: number) => {
    if (days % sayEachDays === 0) print(`${days} of ${size.days} days after ${seconds()} s`);
  };
  const { figures, problems, compared } = await soakCalendar({ ...size, seed, url: postgres.url, stop, dayOver });
  print('');
  const rows = [...figures.map(([name, value]) => [name, String(value)]), ['seconds', seconds()]];
  for (const line of alignTable(rows)) print(line);
  for (const problem of problems.slice(0, mostProblemsShown)) print(problem);
  print(`\n${compared} fires compared, ${problems.length} differences; seed ${seed}`);
  return problems.length > 0 || compared === 0 ? 1 : 0;
};
