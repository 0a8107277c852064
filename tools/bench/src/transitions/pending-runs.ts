import { randomUUID } from 'node:crypto';
import type { Clock } from '@millrace/clock';
import type { Database } from '@millrace/db';
import { fillFlowRuns, insertDeployment } from '@millrace/db/testing/measure';
import { execute, settle } from '../harness/postgres.ts';

export interface PendingRuns {
  readonly ids: readonly string[];
  readonly epoch: number;
}

/** Makes runs that a holder has been given and not begun, with their history up to there; settles the tables. */
export async function makePendingRuns(database: Database, clock: Clock, count: number): Promise<PendingRuns> {
  const holderId = randomUUID();
  await execute(
    database,
    `insert into millrace.holder (id, kind, name, lease_until) values ($1, 'agent', 'bench', now() + interval '1 day')`,
    [holderId],
  );
  const { flowId, deploymentId } = await insertDeployment(database, clock);
  await fillFlowRuns(database, { flowId, deploymentId, count, dueFrom: clock.now() - count, holderId });
  await settle(database);
  const rows = await execute<{ id: string }>(
    database,
    'select id from millrace.flow_run where holder_id = $1 order by id',
    [holderId],
  );
  return { ids: rows.map(({ id }) => id), epoch: 1 };
}
