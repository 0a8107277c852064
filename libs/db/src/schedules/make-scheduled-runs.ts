import type { Executor } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import {
  createScheduledFlowRuns,
  type ScheduledFlowRun,
  type ScheduledFlowRunContext,
} from '../transitions/create-scheduled-flow-runs.ts';

// Bounds the size of one statement.
const mostRuns = 2_000;

/** Makes any number of runs as `createScheduledFlowRuns` does, in statements of bounded size. */
export async function makeScheduledRuns(
  executor: Executor,
  runs: readonly ScheduledFlowRun[],
  context: ScheduledFlowRunContext,
): Promise<{ ids: string[]; signals: Signal[] }> {
  const ids: string[] = [];
  const signals: Signal[] = [];
  for (let from = 0; from < runs.length; from += mostRuns) {
    const made = await createScheduledFlowRuns(executor, runs.slice(from, from + mostRuns), context);
    ids.push(...made.ids);
    signals.push(...made.signals);
  }
  return { ids, signals };
}
