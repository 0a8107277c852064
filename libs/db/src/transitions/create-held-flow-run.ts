import type { Executor } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import { applyChanges } from './apply-changes.ts';
import { changeFlowRun } from './change-flow-run.ts';
import { createFlowRuns, type FlowRunToCreate } from './create-flow-runs.ts';
import type { Infrastructure } from './flow-run-row.ts';
import { lockFlowRuns } from './lock-flow-runs.ts';

/** A run without a deployment, as its caller makes it. */
export type HeldFlowRunToCreate = Pick<
  FlowRunToCreate,
  'id' | 'name' | 'flowId' | 'parameters' | 'tags' | 'maxRetries' | 'retryDelaysMs' | 'parentFlowRunId'
> & {
  /** The process that begins it at once; null where that is yet to come. */
  readonly beginsIn: Infrastructure | null;
};

/**
 * Creates a run of no deployment and gives it at once to the process that runs it, whose row as a holder exists: SCHEDULED,
 * then PENDING, and RUNNING where it begins at once, in one transaction, so that it is never there without a holder. Gives the signals to publish after the
 * commit; undefined where another transaction has made it meanwhile.
 */
export async function createHeldFlowRun(
  executor: Executor,
  { beginsIn, ...run }: HeldFlowRunToCreate,
  context: { readonly holderId: string; readonly now: number; readonly actor: string; readonly newId: () => string },
): Promise<Signal[] | undefined> {
  const { holderId, now, actor, newId } = context;
  const { createdIds, signals } = await createFlowRuns(
    executor,
    [
      {
        ...run,
        deploymentId: null,
        deploymentVersion: null,
        scheduleId: null,
        autoScheduled: false,
        // Whoever calls a flow is its own infrastructure.
        flowRunnerType: 'subprocess',
        flowRunnerConfig: {},
        priority: 0,
        idempotencyKey: null,
        scheduledTime: now,
        message: '',
      },
    ],
    { now, actor, newId, mayExist: true },
  );
  if (createdIds.length === 0) return undefined;
  const [locked] = await lockFlowRuns(executor, [run.id]);
  const proposal = {
    by: { kind: 'claim', holderId, workQueueId: null },
    state: { type: 'PENDING' },
    actor,
    requestId: null,
    infrastructure: {},
  } as const;
  const { change: held } = locked ? changeFlowRun(locked, undefined, proposal, context) : {};
  const begin = {
    ...proposal,
    by: { kind: 'holder', epoch: held?.image.epoch ?? 0 },
    state: { type: 'RUNNING' },
  } as const;
  const change =
    locked && beginsIn ? changeFlowRun(locked, held, { ...begin, infrastructure: beginsIn }, context).change : held;
  if (!change) throw new Error(`run ${run.id} was made by this transaction and is not there to be held`);
  return [...signals, ...(await applyChanges(executor, [change], now))];
}
