import type { Executor } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import { applyChanges, type FlowRunChange } from '../transitions/apply-changes.ts';
import { type ChangeContext, changeFlowRun } from '../transitions/change-flow-run.ts';
import type { LockedFlowRun } from '../transitions/flow-run-row.ts';
import { lockFlowRuns } from '../transitions/lock-flow-runs.ts';

/** Why runs are taken from who held them. */
export interface Loss {
  /** See the contract's `StateDetails.cause`. */
  readonly cause: 'holder-lost' | 'never-acknowledged' | 'refused';
  readonly message: string;
}

/** Takes runs from their holders, each as the state machine decides; `still` says which of them, once locked, are meant. */
export async function loseFlowRuns(
  executor: Executor,
  ids: readonly string[],
  loss: Loss,
  context: ChangeContext & { readonly still: (run: LockedFlowRun) => boolean },
): Promise<Signal[]> {
  const changes: FlowRunChange[] = [];
  for (const run of await lockFlowRuns(executor, ids)) {
    if (!context.still(run)) continue;
    const { change } = changeFlowRun(
      run,
      undefined,
      {
        by: { kind: 'server', epoch: run.image.epoch },
        state: { type: 'CRASHED', message: loss.message, cause: loss.cause },
        actor: context.actor,
        requestId: null,
        infrastructure: {},
      },
      context,
    );
    if (change) changes.push(change);
  }
  return applyChanges(executor, changes, context.now);
}
