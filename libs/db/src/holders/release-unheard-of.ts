import type { Executor } from '../connection/statement.ts';
import { statement } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import type { ChangeContext } from '../transitions/change-flow-run.ts';
import type { HeldRun } from './adopt-flow-runs.ts';
import { loseFlowRuns } from './lose-flow-runs.ts';

const find = statement<{ id: string }>(
  'find_unheard_of_flow_runs',
  `select id from millrace.flow_run
   where holder_id = $1 and not acknowledged and state_type = 'PENDING' and not (id = any($2::uuid[])) order by id`,
);

/** Returns to their queues what was claimed for a holder that, connecting anew, does not say that it has it. */
export async function releaseUnheardOf(
  executor: Executor,
  holder: { readonly id: string; readonly held: readonly HeldRun[] },
  context: ChangeContext,
): Promise<Signal[]> {
  const found = await executor.run(find, [holder.id, holder.held.map((run) => run.flowRunId)]);
  if (found.length === 0) return [];
  const loss = { cause: 'never-acknowledged', message: 'the agent never said that it had it' } as const;
  return loseFlowRuns(
    executor,
    found.map((row) => row.id),
    loss,
    { ...context, still: (run) => run.image.holderId === holder.id && !run.acknowledged },
  );
}
