import type { Database } from '../connection/database.ts';
import { toInstant } from '../connection/instant.ts';
import { statement } from '../connection/statement.ts';
import { withTransaction } from '../connection/with-transaction.ts';
import type { Signal } from '../signals/signals.ts';
import type { ChangeContext } from '../transitions/change-flow-run.ts';
import { loseFlowRuns } from './lose-flow-runs.ts';
import { leaseMs } from './renew-holder.ts';

const find = statement<{ id: string }>(
  'find_forgotten_flow_runs',
  `select id from millrace.flow_run
   where holder_id is not null and not acknowledged and state_type = 'PENDING' and state_timestamp < $1
   order by id limit 500`,
);

/**
 * Returns assignments to their queues that were neither acknowledged nor released for a whole lease: a server that dies
 * between claiming a run and sending it leaves it with a living agent that never heard of it.
 */
export async function releaseForgotten(database: Database, context: ChangeContext): Promise<Signal[]> {
  const before = context.now - leaseMs;
  const found = await database.run(find, [toInstant(before)]);
  if (found.length === 0) return [];
  const ids = found.map((row) => row.id);
  const loss = { cause: 'never-acknowledged', message: 'the agent never said that it had it' } as const;
  return withTransaction(database, (tx) =>
    loseFlowRuns(tx, ids, loss, {
      ...context,
      still: ({ image, acknowledged }) =>
        image.state.type === 'PENDING' && !acknowledged && image.state.timestamp < before,
    }),
  );
}
