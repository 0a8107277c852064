import { giveUpAgent } from '../agents/give-up-agent.ts';
import type { Database } from '../connection/database.ts';
import { toInstant } from '../connection/instant.ts';
import { statement } from '../connection/statement.ts';
import { withTransaction } from '../connection/with-transaction.ts';
import type { Signal } from '../signals/signals.ts';
import type { ChangeContext } from '../transitions/change-flow-run.ts';
import { loseFlowRuns } from './lose-flow-runs.ts';

// Exclusive: a claim for this holder takes its row in share mode first.
const findExpired = statement<{ id: string; kind: string; name: string }>(
  'find_expired_holders',
  `select id, kind, name from millrace.holder where lease_until < $1 order by lease_until limit 1 for update skip locked`,
);
const findHeld = statement<{ id: string }>(
  'find_held_flow_runs',
  'select id from millrace.flow_run where holder_id = $1 order by id limit 500',
);
const remove = statement('delete_holder', 'delete from millrace.holder where id = $1');

/**
 * Takes the runs of one holder whose lease has run out; up to 500 of them, so call again until it gives undefined.
 * Only to be called where renewals have been possible for a full lease.
 */
export function expireHolder(
  database: Database,
  context: ChangeContext,
): Promise<{ holder: string; runs: number; signals: Signal[] } | undefined> {
  return withTransaction(database, async (tx) => {
    const [holder] = await tx.run(findExpired, [toInstant(context.now)]);
    if (!holder) return undefined;
    const held = (await tx.run(findHeld, [holder.id])).map((row) => row.id);
    const signals = await loseFlowRuns(
      tx,
      held,
      { cause: 'holder-lost', message: `${holder.kind} ${holder.name} was not heard of for its lease` },
      { ...context, still: (run) => run.image.holderId === holder.id },
    );
    const isOver = held.length < 500;
    if (isOver && (await giveUpAgent(tx, holder.id))) signals.push({ kind: 'agent', id: holder.id });
    if (isOver) await tx.run(remove, [holder.id]);
    return { holder: holder.name, runs: held.length, signals };
  });
}
