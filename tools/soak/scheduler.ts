import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@millrace/embedded-postgres';
import { silentLogger } from '@millrace/telemetry';
import { soakScheduler } from './scheduler/soak-scheduler.ts';
import type { Soak } from './soak.ts';
import { alignTable } from './table.ts';

const DEPLOYMENTS = 400;
const SECONDS = 60;
const mostProblemsShown = 20;

/**
 * Two schedulers as processes, of which one or the other is killed every few seconds while hundreds of schedules fire: no
 * fire is lost, and none comes twice. Arguments: for how many seconds, and the seed of an earlier one.
 */
export const schedulerSoak: Soak = async ({ args, clock, stop, print }) => {
  const [seconds = SECONDS, seed = clock.now() % 1_000_000] = args.map(Number);
  if (!(seconds > 0) || !Number.isInteger(seed)) {
    print('The arguments are seconds and a seed: npm run soak -- scheduler 60 12345');
    return 2;
  }
  print(`seed ${seed}`);
  const folder = await mkdtemp(join(tmpdir(), 'millrace-scheduler-'));
  const directory = join(folder, 'postgres');
  await using stack = new AsyncDisposableStack();
  let isGood = false;
  stack.defer(async () => {
    if (isGood) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const postgres = stack.use(await startEmbeddedPostgres({ directory, clock, log: silentLogger() }));
  const { figures, problems, compared } = await soakScheduler({
    ...{ seed, url: postgres.url, folder, deployments: DEPLOYMENTS, seconds, clock, stop },
  });
  print('');
  for (const line of alignTable(figures.map(([name, value]) => [name, String(value)]))) print(line);
  for (const problem of problems.slice(0, mostProblemsShown)) print(problem);
  print(`\n${compared} fires compared, ${problems.length} differences; seed ${seed}`);
  isGood = problems.length === 0 && compared > 0;
  if (!isGood) print(`the logs are in ${folder}`);
  return isGood ? 0 : 1;
};
