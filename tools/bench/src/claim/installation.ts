import { randomUUID } from 'node:crypto';
import type { Clock } from '@millrace/clock';
import { type Database, ensurePartitions, migrate } from '@millrace/db';
import { fillFlowRuns, insertDeployment, insertWorkQueue } from '@millrace/db/testing/measure';
import type { BenchPostgres } from '../harness/postgres.ts';
import { execute, openBenchDatabase } from '../harness/postgres.ts';

/** What stands in the tables besides the runs that are claimed. */
export type Crowd =
  /** Nothing. */
  | 'none'
  /** Due runs of another queue. */
  | 'foreign'
  /** Runs of the same queue, of the highest priority, that are not due yet. */
  | 'future';

export interface InstallationOptions {
  readonly postgres: BenchPostgres;
  readonly clock: Clock;
  readonly name: string;
  readonly crowd: Crowd;
  /** How many runs the crowd has. */
  readonly size: number;
}

/** The product's tables with a crowd in them, and a queue, a holder and a deployment to measure with. */
export interface ClaimInstallation extends AsyncDisposable {
  readonly database: Database;
  readonly queueId: string;
  readonly holderId: string;
  readonly deployment: { readonly flowId: string; readonly deploymentId: string };
}

/** The tags by which the queues of this benchmark choose their runs. */
export const ownTag = 'ours';
const foreignTag = 'theirs';
const DAY_MS = 86_400_000;
const HIGHEST_PRIORITY = 9;

export async function fillInstallation(options: InstallationOptions): Promise<ClaimInstallation> {
  const { postgres, clock, name, crowd, size } = options;
  await using stack = new AsyncDisposableStack();
  const database = stack.use(openBenchDatabase(await postgres.createDatabase(name)));
  await migrate(database);
  await ensurePartitions(database, clock.now());
  const deployment = await insertDeployment(database, clock);
  const queueId = await insertWorkQueue(database, clock, { tags: [ownTag] });
  const foreignQueueId = await insertWorkQueue(database, clock, { tags: [foreignTag] });
  const holderId = randomUUID();
  await execute(
    database,
    `insert into millrace.holder (id, kind, name, lease_until) values ($1, 'agent', 'bench', now() + interval '1 day')`,
    [holderId],
  );
  const fill = { ...deployment, count: size, history: false };
  if (crowd === 'foreign')
    await fillFlowRuns(database, {
      ...{ ...fill, workQueueId: foreignQueueId, tags: [foreignTag] },
      // Due before ours: by time alone they would come first.
      dueFrom: clock.now() - DAY_MS,
    });
  if (crowd === 'future')
    await fillFlowRuns(database, {
      ...{ ...fill, workQueueId: queueId, tags: [ownTag], priority: HIGHEST_PRIORITY },
      dueFrom: clock.now() + DAY_MS,
    });
  const filled = stack.move();
  return { database, queueId, holderId, deployment, [Symbol.asyncDispose]: () => filled.disposeAsync() };
}
