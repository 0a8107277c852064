import { bookkeep, type Lease } from './bookkeep.ts';
import type { Decision, Facts, ProposedState, Proposer } from './decision.ts';
import { type FlowRunImage, isTerminal, type StateImage, type StateType } from './flow-run.ts';

/** One row of the table: decides, or leaves the decision to the rows below it. */
export interface Rule {
  readonly name: string;
  /** What it says, for the documentation. */
  readonly says: string;
  readonly decide: (run: FlowRunImage, by: Proposer, proposed: ProposedState, facts: Facts) => Decision | undefined;
}

/** A process retries in place up to this delay; beyond it lets the run go, so that no slot is held for waiting. */
const longestInPlaceDelayMs = 60_000;
/** A run whose holders vanish this often before it begins is taken for what makes them vanish. */
const mostReturns = 5;
/** Whoever would not have a run may say so again at once; it is offered no faster than this. */
const refusedMs = 1_000;
/** Below a microsecond Postgres would store two equal times. */
const tickMs = 0.001;

/** How flow runs change state; read from top to bottom, the first row that decides wins. */
export const flowRunRules: readonly Rule[] = [
  {
    name: 'stale-epoch',
    says: 'Who does not hold the run under its present epoch can write nothing.',
    decide: (run, by) =>
      'epoch' in by && by.epoch !== run.epoch
        ? nothing({ status: 'STALE_EPOCH', reason: `the run is at epoch ${run.epoch}, this is ${by.epoch}` })
        : undefined,
  },
  {
    name: 'terminal',
    says: 'A run that ended stays as it ended.',
    decide: (run) => (isTerminal(run.state.type) ? abort(`the run has ended as ${run.state.name}`) : undefined),
  },
  {
    name: 'not-held',
    says: 'A run that nobody holds is moved by a claim alone.',
    decide: (run, by) =>
      'epoch' in by && run.holderId === null ? abort('nobody holds the run; a claim comes first') : undefined,
  },
  {
    name: 'claim',
    says: 'PENDING is reached by a claim alone, from SCHEDULED, while nobody holds the run.',
    decide: (run, by, proposed) => {
      if (proposed.type !== 'PENDING') return undefined;
      if (by.kind !== 'claim') return abort('only a claim makes a run PENDING');
      if (run.state.type !== 'SCHEDULED' || run.holderId !== null) return abort(`the run is ${run.state.name} already`);
      if (run.deploymentId === null && by.workQueueId !== null) return abort('the run belongs to no deployment');
      return undefined;
    },
  },
  {
    name: 'scheduled-time',
    says: 'Before its time a run only ends by being cancelled, or is scheduled anew.',
    decide: (run, by, proposed, facts) => {
      if (run.state.type !== 'SCHEDULED' || by.kind === 'server') return undefined;
      if (proposed.type === 'CANCELLED' || proposed.type === 'SCHEDULED' || proposed.type === 'CRASHED')
        return undefined;
      const delayMs = Math.ceil((run.state.scheduledTime ?? facts.now) - facts.now);
      return delayMs > 0 ? nothing({ status: 'WAIT', delayMs, reason: 'its scheduled time is to come' }) : undefined;
    },
  },
  {
    name: 'cancelling',
    says: 'A run that is being cancelled only ends; with its holder lost, it is CANCELLED.',
    decide: (run, by, proposed, facts) => {
      if (run.state.type !== 'CANCELLING') return undefined;
      if (by.kind === 'server')
        return reject(run, state('CANCELLED', 'its holder was lost', facts, proposed), 'it was being cancelled', {
          kind: 'revoked',
        });
      return isTerminal(proposed.type) ? undefined : abort('the run is being cancelled');
    },
  },
  {
    name: 'lost-before-running',
    says: 'A deployment run whose process or holder is lost before user code began goes back to its queue; the sixth time it is CRASHED. One that an agent would not have goes back for a second later, any number of times.',
    decide: (run, _by, proposed, facts) => {
      if (proposed.type !== 'CRASHED' || !proposed.cause || run.state.type !== 'PENDING') return undefined;
      // Its deployment was deleted: no queue would ever offer it.
      if (run.deploymentId === null) return undefined;
      // An assignment that the agent never saw, or would not have, says nothing about the run.
      const isRefused = proposed.cause === 'refused';
      const counts = !isRefused && proposed.cause !== 'never-acknowledged';
      if (counts && run.returns >= mostReturns) return undefined;
      const scheduledTime = isRefused ? Math.max(run.sortAt, facts.now + refusedMs) : run.sortAt;
      const back = { ...state('SCHEDULED', proposed.message, facts, proposed), scheduledTime };
      const decision = reject(run, back, 'it had not begun', { kind: 'revoked' });
      return withReturns(decision, run.returns + (counts ? 1 : 0));
    },
  },
  {
    name: 'lost-while-waiting-to-retry',
    says: 'A run whose holder is lost while it waits to retry goes back to its queue for the same time.',
    decide: (run, _by, proposed, facts) => {
      if (proposed.type !== 'CRASHED' || !proposed.cause || run.state.type !== 'SCHEDULED') return undefined;
      if (run.deploymentId === null) return undefined;
      const again = retrying(proposed, facts, run.state.scheduledTime ?? facts.now);
      return reject(run, again, 'it was waiting to retry', { kind: 'revoked' });
    },
  },
  {
    name: 'retry-after-crash',
    says: 'A deployment run that is lost while RUNNING, with attempts left, waits to retry under a new epoch.',
    decide: (run, _by, proposed, facts) => {
      if (proposed.type !== 'CRASHED' || run.state.type !== 'RUNNING') return undefined;
      if (run.deploymentId === null || !attemptsLeft(run)) return undefined;
      const again = retrying(proposed, facts, facts.now + retryDelayMs(run));
      return reject(run, again, 'attempts are left', { kind: 'revoked' });
    },
  },
  {
    name: 'retry-after-failure',
    says: 'A run that fails with attempts left waits to retry: in place for up to a minute, in its queue for longer or if its process can make no other attempt.',
    decide: (run, _by, proposed, facts) => {
      if (proposed.type !== 'FAILED' || run.state.type !== 'RUNNING' || !attemptsLeft(run)) return undefined;
      const hasQueue = run.deploymentId !== null;
      // Neither here nor anywhere else could the attempt be made.
      if (proposed.endsProcess && !hasQueue) return undefined;
      const delayMs = retryDelayMs(run);
      const inPlace = !hasQueue || (delayMs <= longestInPlaceDelayMs && !proposed.endsProcess);
      const again = retrying(proposed, facts, facts.now + delayMs);
      return reject(run, again, 'attempts are left', { kind: inPlace ? 'kept' : 'revoked' });
    },
  },
  {
    name: 'running-again',
    says: 'A run that enters RUNNING after waiting to retry is named Retrying.',
    decide: (run, _by, proposed, facts) =>
      proposed.type === 'RUNNING' && run.state.name === 'AwaitingRetry'
        ? accept(run, { ...written(proposed, facts), name: 'Retrying' })
        : undefined,
  },
  {
    name: 'accept',
    says: 'Anything else is written as proposed; an end or a new time from outside takes the run from its holder.',
    decide: (run, by, proposed, facts) => accept(run, written(proposed, facts), leaseAfter(by, proposed.type)),
  },
];

function leaseAfter(by: Proposer, type: StateType): Lease {
  if (by.kind === 'claim') return { kind: 'given', holderId: by.holderId, workQueueId: by.workQueueId };
  // A process that lives on after all learns by its epoch that it is to stop.
  const fromOutside = by.kind === 'operator' || by.kind === 'server';
  return fromOutside && (isTerminal(type) || type === 'SCHEDULED') ? { kind: 'revoked' } : { kind: 'kept' };
}

function attemptsLeft(run: FlowRunImage): boolean {
  return run.runCount <= run.maxRetries;
}

function retryDelayMs(run: FlowRunImage): number {
  const delays = run.retryDelaysMs;
  return delays[Math.min(run.runCount - 1, delays.length - 1)] ?? 0;
}

function retrying(proposed: ProposedState, facts: Facts, scheduledTime: number): StateImage {
  return { ...written({ ...proposed, type: 'SCHEDULED', name: 'AwaitingRetry' }, facts), scheduledTime };
}

function state(type: StateType, message: string | undefined, facts: Facts, proposed: ProposedState): StateImage {
  return {
    type,
    name: defaultName(type),
    message: message ?? '',
    timestamp: facts.now,
    data: null,
    scheduledTime: null,
    cause: proposed.cause ?? null,
  };
}

/** The proposed state with its defaults. */
function written(proposed: ProposedState, facts: Facts): StateImage {
  return {
    type: proposed.type,
    name: proposed.name || defaultName(proposed.type),
    message: proposed.message ?? '',
    timestamp: Math.min(proposed.timestamp ?? facts.now, facts.now),
    data: proposed.data ?? null,
    scheduledTime: proposed.type === 'SCHEDULED' ? (proposed.scheduledTime ?? facts.now) : null,
    cause: proposed.cause ?? null,
  };
}

function defaultName(type: StateType): string {
  return type.charAt(0) + type.slice(1).toLowerCase();
}

function nothing(answer: Decision['answer']): Decision {
  return { answer, next: null };
}

function abort(reason: string): Decision {
  return nothing({ status: 'ABORT', reason });
}

function accept(run: FlowRunImage, proposed: StateImage, lease: Lease = { kind: 'kept' }): Decision {
  const next = bookkeep(run, after(run, proposed), lease);
  return { answer: { status: 'ACCEPT', state: next.state }, next };
}

function reject(run: FlowRunImage, other: StateImage, reason: string, lease: Lease = { kind: 'kept' }): Decision {
  const next = bookkeep(run, after(run, other), lease);
  return { answer: { status: 'REJECT', state: next.state, reason }, next };
}

/** A state never begins before or together with the one before it. */
function after(run: FlowRunImage, next: StateImage): StateImage {
  return { ...next, timestamp: Math.max(next.timestamp, run.state.timestamp + tickMs) };
}

function withReturns(decision: Decision, returns: number): Decision {
  return { ...decision, next: decision.next && { ...decision.next, returns } };
}
