import type { Executor } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import { createFlowRuns } from '../transitions/create-flow-runs.ts';
import type { insertFires } from './insert-fires.ts';
import type { MaterialiseContext } from './materialise-fires.ts';
import type { ScheduledRun } from './scheduled-run.ts';

// Bound the size of one statement: every run carries its parameters.
const mostRuns = 2_000;
const mostCharacters = 8_000_000;

/** Enters fires in the ledger and makes the runs of those that were to be entered; gives the ids of these. */
export async function makeScheduledRuns(
  executor: Executor,
  runs: readonly ScheduledRun[],
  context: MaterialiseContext & { readonly enter: typeof insertFires },
): Promise<{ count: number; ids: Set<string>; signals: Signal[] }> {
  const ids = new Set<string>();
  const signals: Signal[] = [];
  for (const batch of inBatches(runs)) {
    const fires = batch.map(({ id, scheduleId, expectedStartTime }) => ({
      ...{ scheduleId, fireAt: expectedStartTime, flowRunId: id },
    }));
    const due = await context.enter(executor, fires);
    const fresh = batch.filter((run) => due.has(run.id));
    const created = await createFlowRuns(executor, fresh, context);
    for (const id of created.createdIds) ids.add(id);
    signals.push(...created.signals);
  }
  return { count: ids.size, ids, signals };
}

function* inBatches(runs: readonly ScheduledRun[]): Generator<ScheduledRun[]> {
  // The runs of a schedule have the same parameters.
  const sizes = new Map<object, number>();
  let batch: ScheduledRun[] = [];
  let characters = 0;
  for (const run of runs) {
    const size = sizes.get(run.parameters) ?? JSON.stringify(run.parameters).length;
    sizes.set(run.parameters, size);
    if (batch.length === mostRuns || (batch.length > 0 && characters + size > mostCharacters)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(run);
    characters += size;
  }
  if (batch.length > 0) yield batch;
}
