import type { Executor } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import type { ChangeContext } from '../transitions/change-flow-run.ts';
import type { HeldRun } from './adopt-flow-runs.ts';
import { loseFlowRuns } from './lose-flow-runs.ts';

/** Returns assignments to their queues that the agent never acknowledged, or refused (with its reason). */
export function releaseUnacknowledged(
  executor: Executor,
  runs: readonly HeldRun[],
  context: ChangeContext & { readonly refusedReason?: string },
): Promise<Signal[]> {
  const epochs = new Map(runs.map((run) => [run.flowRunId, run.epoch]));
  const loss = context.refusedReason
    ? ({ cause: 'refused', message: `the agent refused it: ${context.refusedReason}` } as const)
    : ({ cause: 'never-acknowledged', message: 'the agent never said that it had it' } as const);
  return loseFlowRuns(executor, [...epochs.keys()], loss, {
    ...context,
    still: (run) =>
      run.image.state.type === 'PENDING' && !run.acknowledged && run.image.epoch === epochs.get(run.image.id),
  });
}
