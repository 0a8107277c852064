import { isQueued } from '@millrace/orchestration';
import type { Executor } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import { applyChanges } from './apply-changes.ts';
import type { ChangeContext } from './change-flow-run.ts';
import { lockFlowRuns } from './lock-flow-runs.ts';
import { skipFlowRun } from './skip-flow-run.ts';
import type { SkipReason } from './skip-reason.ts';

/** Skips those of the runs that wait for their first start. */
export async function skipWaitingFlowRuns(
  executor: Executor,
  { ids, reason }: { readonly ids: readonly string[]; readonly reason: SkipReason },
  context: ChangeContext,
): Promise<Signal[]> {
  if (ids.length === 0) return [];
  const changes = (await lockFlowRuns(executor, ids))
    .filter(({ image }) => isQueued(image) && image.runCount === 0)
    .flatMap((run) => skipFlowRun(run, reason, context) ?? []);
  return applyChanges(executor, changes, context.now);
}
