import { type Answer, mayBeRepeated, type ProposedState, type StateImage } from '@millrace/orchestration';
import type { Executor } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import { applyChanges, type FlowRunChange } from './apply-changes.ts';
import { changeFlowRun } from './change-flow-run.ts';
import { type FirstAnswer, findFirstAnswers } from './find-first-answers.ts';
import type { Infrastructure, LockedFlowRun } from './flow-run-row.ts';
import { lockFlowRuns } from './lock-flow-runs.ts';

/** A state change that a holder proposes. */
export interface FlowRunItem {
  readonly flowRunId: string;
  /** A repeated one gets its first answer. */
  readonly requestId: string;
  readonly epoch: number;
  readonly state: ProposedState;
  readonly infrastructure: Infrastructure;
  readonly actor: string;
}

/** What became of an item; ABORT carries the state that the run is in. */
export type ItemAnswer =
  | (Answer & { readonly current: StateImage; readonly stateId: string | null; readonly epoch: number })
  | { readonly status: 'NOT_FOUND' };

/** Decides and writes a batch within one transaction: locks, facts, decisions in memory, one set of writes. */
export async function applyItems(
  executor: Executor,
  items: readonly FlowRunItem[],
  context: { readonly now: number; readonly newId: () => string },
): Promise<{ answers: ItemAnswer[]; signals: Signal[] }> {
  const locked = await lockFlowRuns(executor, [...new Set(items.map((item) => item.flowRunId))]);
  const runs = new Map(locked.map((run) => [run.image.id, run]));
  const answered = await findAnswered(executor, items, runs);
  const changes = new Map<string, FlowRunChange>();
  const answers = items.map((item): ItemAnswer => {
    const run = runs.get(item.flowRunId);
    if (!run) return { status: 'NOT_FOUND' };
    const known = answered.get(key(item.flowRunId, item.requestId));
    if (known) return known;
    const answer = decideItem(item, run, changes, context);
    if (answer.status === 'ACCEPT' || answer.status === 'REJECT')
      answered.set(key(item.flowRunId, item.requestId), answer);
    return answer;
  });
  return { answers, signals: await applyChanges(executor, [...changes.values()], context.now) };
}

/** What was answered before to those that are repeated; by the locked rows, few items can be. */
async function findAnswered(
  executor: Executor,
  items: readonly FlowRunItem[],
  runs: ReadonlyMap<string, LockedFlowRun>,
): Promise<Map<string, ItemAnswer>> {
  const asked = items.filter(({ flowRunId, epoch, state }) => {
    const run = runs.get(flowRunId);
    return run && mayBeRepeated(run.image, { epoch, type: state.type });
  });
  if (asked.length === 0) return new Map();
  const first = await findFirstAnswers(
    executor,
    asked.map((item) => item.flowRunId),
    asked.map((item) => item.requestId),
  );
  return new Map(first.map((row) => [key(row.flow_run_id, row.request_id), firstAnswer(row)]));
}

function decideItem(
  item: FlowRunItem,
  run: LockedFlowRun,
  changes: Map<string, FlowRunChange>,
  context: { readonly now: number; readonly newId: () => string },
): ItemAnswer {
  const proposal = { ...item, by: { kind: 'holder', epoch: item.epoch } } as const;
  const { answer, change } = changeFlowRun(run, changes.get(item.flowRunId), proposal, context);
  if (change) changes.set(item.flowRunId, change);
  const image = change?.image ?? run.image;
  return { ...answer, current: image.state, stateId: change?.states.at(-1)?.id ?? null, epoch: image.epoch };
}

function firstAnswer(row: FirstAnswer): ItemAnswer {
  const state: StateImage = {
    type: row.type,
    name: row.name,
    message: row.message,
    timestamp: row.timestamp,
    data:
      row.data_encoding === null || row.data_blob === null
        ? null
        : { encoding: row.data_encoding, blob: row.data_blob },
    scheduledTime: row.scheduled_time,
    cause: row.cause,
  };
  return {
    status: row.answer_status,
    state,
    reason: row.answer_reason,
    current: state,
    stateId: row.id,
    epoch: row.epoch,
  };
}

function key(flowRunId: string, requestId: string): string {
  return `${flowRunId} ${requestId}`;
}
