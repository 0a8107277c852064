import type { Executor } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import { applyChanges, type FlowRunChange } from './apply-changes.ts';
import { type ChangeContext, changeFlowRun } from './change-flow-run.ts';
import { lockFlowRuns } from './lock-flow-runs.ts';

/** Cancels those of the runs that are SCHEDULED and held by nobody. */
export async function cancelWaitingFlowRuns(
  executor: Executor,
  ids: readonly string[],
  context: ChangeContext & { readonly message: string },
): Promise<Signal[]> {
  if (ids.length === 0) return [];
  const changes: FlowRunChange[] = [];
  for (const run of await lockFlowRuns(executor, ids)) {
    if (run.image.state.type !== 'SCHEDULED' || run.image.holderId !== null) continue;
    const proposal = {
      by: { kind: 'operator' },
      state: { type: 'CANCELLED', message: context.message },
      actor: context.actor,
      requestId: null,
      infrastructure: {},
    } as const;
    const { change } = changeFlowRun(run, undefined, proposal, context);
    if (change) changes.push(change);
  }
  return applyChanges(executor, changes, context.now);
}
