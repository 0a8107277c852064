import { type Answer, decide, type ProposedState, type Proposer } from '@millrace/orchestration';
import type { FlowRunChange } from './apply-changes.ts';
import type { Infrastructure, LockedFlowRun } from './flow-run-row.ts';

/** A state proposed for a run that is locked. */
export interface Proposal {
  readonly by: Proposer;
  readonly state: ProposedState;
  readonly actor: string;
  readonly requestId: string | null;
  readonly infrastructure: Infrastructure;
}

/** What a change is made with. */
export interface ChangeContext {
  /** The server's time, epoch milliseconds. */
  readonly now: number;
  /** Who makes it, for the history. */
  readonly actor: string;
  readonly newId: () => string;
}

/** Decides on a proposal on top of what this transaction has made of the run already; gives the answer and the change. */
export function changeFlowRun(
  before: LockedFlowRun,
  soFar: FlowRunChange | undefined,
  proposal: Proposal,
  context: Pick<ChangeContext, 'now' | 'newId'>,
): { answer: Answer; change: FlowRunChange | undefined } {
  const run = soFar?.image ?? before.image;
  const { answer, next } = decide(run, proposal.by, proposal.state, { now: context.now });
  if (!next || (answer.status !== 'ACCEPT' && answer.status !== 'REJECT')) return { answer, change: soFar };
  const entry = {
    flowRunId: run.id,
    ordinal: next.stateCount,
    id: context.newId(),
    state: next.state,
    epoch: next.epoch,
    actor: proposal.actor,
    requestId: proposal.requestId,
    answerStatus: answer.status,
    answerReason: answer.status === 'REJECT' ? answer.reason : '',
  };
  const change: FlowRunChange = {
    before,
    image: next,
    states: [...(soFar?.states ?? []), entry],
    // A holder that says anything about a run has it; a new lease is to be acknowledged anew.
    acknowledged: next.holderId !== null && next.epoch === before.image.epoch,
    infrastructure: { ...soFar?.infrastructure, ...proposal.infrastructure },
  };
  return { answer, change };
}
