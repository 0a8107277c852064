import type { Executor } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import { createScheduledFlowRuns, type ScheduledFlowRun } from '../transitions/create-scheduled-flow-runs.ts';
import type { insertFires } from './insert-fires.ts';
import type { MaterialiseContext } from './materialise-fires.ts';

// Bounds the size of one statement.
const mostRuns = 2_000;

/** Enters fires in the ledger and makes the runs of those that were to be entered; gives the ids of these. */
export async function makeScheduledRuns(
  executor: Executor,
  runs: readonly ScheduledFlowRun[],
  context: MaterialiseContext & { readonly enter: typeof insertFires },
): Promise<{ count: number; ids: Set<string>; signals: Signal[] }> {
  const ids = new Set<string>();
  const signals: Signal[] = [];
  for (let from = 0; from < runs.length; from += mostRuns) {
    const batch = runs.slice(from, from + mostRuns);
    const fires = batch.map(({ id, scheduleId, expectedStartTime }) => ({
      ...{ scheduleId, fireAt: expectedStartTime, flowRunId: id },
    }));
    const due = await context.enter(executor, fires);
    const fresh = batch.filter((run) => due.has(run.id));
    signals.push(...(await createScheduledFlowRuns(executor, fresh, context)));
    for (const { id } of fresh) ids.add(id);
  }
  return { count: ids.size, ids, signals };
}
