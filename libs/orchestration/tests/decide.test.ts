import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decide,
  type FlowRunImage,
  flowRunRules,
  initialFlowRun,
  isTerminal,
  type ProposedState,
  type Proposer,
  stateTypes,
} from '../src/index.ts';

const now = 1_000_000;
const facts = { now };
const scheduled = initialFlowRun(
  { id: 'r', deploymentId: 'd', maxRetries: 0, retryDelaysMs: [], scheduledTime: now - 1000, message: '' },
  now - 5000,
);
const holder: Proposer = { kind: 'holder', epoch: 1 };
const server: Proposer = { kind: 'server', epoch: 1 };
const operator: Proposer = { kind: 'operator' };
const claim: Proposer = { kind: 'claim', holderId: 'h', workQueueId: 'q' };
const must = (run: FlowRunImage, by: Proposer, state: ProposedState) => {
  const { next } = decide(run, by, state, facts);
  if (!next) throw new Error(`${state.type} was not written`);
  return next;
};
const pending = must(scheduled, claim, { type: 'PENDING' });
const running = must(pending, holder, { type: 'RUNNING' });
const completed = must(running, holder, { type: 'COMPLETED' });
const cancelling = must(running, holder, { type: 'CANCELLING' });
const retriable = { ...running, maxRetries: 2, retryDelaysMs: [5_000, 120_000] };
const waiting = must(retriable, holder, { type: 'FAILED' });
const adHoc = { ...retriable, deploymentId: null };
const lost: ProposedState = { type: 'CRASHED', cause: 'holder-lost' };
const ended: ProposedState = { type: 'CRASHED', cause: 'process-ended' };
const future = { ...scheduled, state: { ...scheduled.state, scheduledTime: now + 1500.5 } };

interface Row {
  name: string;
  run: FlowRunImage;
  by: Proposer;
  proposed: ProposedState;
  status: string;
  /** Name of the state written, epoch, holder afterwards. */
  written?: [string, number, string | null];
}

const rows: Row[] = [
  {
    name: 'a claim does not take a run without a deployment',
    run: { ...scheduled, deploymentId: null },
    by: claim,
    proposed: { type: 'PENDING' },
    status: 'ABORT',
  },
  {
    name: 'an operator cancels a future run',
    run: future,
    by: operator,
    proposed: { type: 'CANCELLED' },
    status: 'ACCEPT',
    written: ['Cancelled', 1, null],
  },
  {
    name: 'an operator ends a run that is held',
    run: running,
    by: operator,
    proposed: { type: 'CANCELLED' },
    status: 'ACCEPT',
    written: ['Cancelled', 2, null],
  },
  {
    name: 'CANCELLING leaves the lease: the holder is to end the run',
    run: running,
    by: operator,
    proposed: { type: 'CANCELLING' },
    status: 'ACCEPT',
    written: ['Cancelling', 1, 'h'],
  },
  {
    name: 'an operator does not bring an end back',
    run: completed,
    by: operator,
    proposed: { type: 'SCHEDULED' },
    status: 'ABORT',
  },
  {
    name: 'nobody begins a run that nobody holds',
    run: scheduled,
    by: { kind: 'holder', epoch: 0 },
    proposed: { type: 'RUNNING' },
    status: 'ABORT',
  },
  {
    name: 'a claim takes a due run',
    run: scheduled,
    by: claim,
    proposed: { type: 'PENDING' },
    status: 'ACCEPT',
    written: ['Pending', 1, 'h'],
  },
  { name: 'a claim does not take a future run', run: future, by: claim, proposed: { type: 'PENDING' }, status: 'WAIT' },
  {
    name: 'a claim does not take a taken run',
    run: pending,
    by: claim,
    proposed: { type: 'PENDING' },
    status: 'ABORT',
  },
  {
    name: 'a claim does not take a run that retries in place',
    run: { ...waiting, state: { ...waiting.state, scheduledTime: now } },
    by: claim,
    proposed: { type: 'PENDING' },
    status: 'ABORT',
  },
  {
    name: 'a holder does not propose PENDING',
    run: pending,
    by: holder,
    proposed: { type: 'PENDING' },
    status: 'ABORT',
  },
  {
    name: 'a stale holder writes nothing',
    run: pending,
    by: { kind: 'holder', epoch: 0 },
    proposed: { type: 'RUNNING' },
    status: 'STALE_EPOCH',
  },
  {
    name: 'a stale server writes nothing',
    run: pending,
    by: { kind: 'server', epoch: 0 },
    proposed: lost,
    status: 'STALE_EPOCH',
  },
  {
    name: 'it begins',
    run: pending,
    by: holder,
    proposed: { type: 'RUNNING' },
    status: 'ACCEPT',
    written: ['Running', 1, 'h'],
  },
  {
    name: 'it ends',
    run: running,
    by: holder,
    proposed: { type: 'COMPLETED' },
    status: 'ACCEPT',
    written: ['Completed', 1, null],
  },
  {
    name: 'it fails under a name',
    run: running,
    by: holder,
    proposed: { type: 'FAILED', name: 'TimedOut' },
    status: 'ACCEPT',
    written: ['TimedOut', 1, null],
  },
  {
    name: 'it fails before it began',
    run: pending,
    by: holder,
    proposed: { type: 'FAILED' },
    status: 'ACCEPT',
    written: ['Failed', 1, null],
  },
  ...stateTypes
    .filter((type) => type !== 'PENDING')
    .map((type) => ({
      name: `the end stands against ${type}`,
      run: completed,
      by: holder,
      proposed: { type },
      status: 'ABORT',
    })),
  {
    name: 'a failure with attempts left retries in place',
    run: retriable,
    by: holder,
    proposed: { type: 'FAILED' },
    status: 'REJECT',
    written: ['AwaitingRetry', 1, 'h'],
  },
  {
    name: 'a long delay lets the run go',
    run: { ...retriable, runCount: 2 },
    by: holder,
    proposed: { type: 'FAILED' },
    status: 'REJECT',
    written: ['AwaitingRetry', 2, null],
  },
  {
    name: 'an ad-hoc run keeps its holder for any delay',
    run: { ...adHoc, runCount: 2 },
    by: holder,
    proposed: { type: 'FAILED' },
    status: 'REJECT',
    written: ['AwaitingRetry', 1, 'h'],
  },
  {
    name: 'the last failure stands',
    run: { ...retriable, runCount: 3 },
    by: holder,
    proposed: { type: 'FAILED' },
    status: 'ACCEPT',
    written: ['Failed', 1, null],
  },
  { name: 'a retry waits for its time', run: waiting, by: holder, proposed: { type: 'RUNNING' }, status: 'WAIT' },
  {
    name: 'a retry begins under its name',
    run: { ...waiting, state: { ...waiting.state, scheduledTime: now } },
    by: holder,
    proposed: { type: 'RUNNING' },
    status: 'ACCEPT',
    written: ['Retrying', 1, 'h'],
  },
  {
    name: 'lost while PENDING: back to its queue',
    run: pending,
    by: server,
    proposed: lost,
    status: 'REJECT',
    written: ['Scheduled', 2, null],
  },
  {
    name: 'its process ended while PENDING: likewise',
    run: pending,
    by: holder,
    proposed: ended,
    status: 'REJECT',
    written: ['Scheduled', 2, null],
  },
  {
    name: 'lost while PENDING the sixth time: CRASHED',
    run: { ...pending, returns: 5 },
    by: server,
    proposed: lost,
    status: 'ACCEPT',
    written: ['Crashed', 2, null],
  },
  {
    name: 'lost while PENDING, its deployment deleted: CRASHED',
    run: { ...pending, deploymentId: null },
    by: server,
    proposed: lost,
    status: 'ACCEPT',
    written: ['Crashed', 2, null],
  },
  {
    name: 'never acknowledged: back, however often',
    run: { ...pending, returns: 5 },
    by: server,
    proposed: { type: 'CRASHED', cause: 'never-acknowledged' },
    status: 'REJECT',
    written: ['Scheduled', 2, null],
  },
  {
    name: 'lost while RUNNING: CRASHED',
    run: running,
    by: server,
    proposed: lost,
    status: 'ACCEPT',
    written: ['Crashed', 2, null],
  },
  {
    name: 'lost while RUNNING with attempts left: queued again',
    run: retriable,
    by: server,
    proposed: lost,
    status: 'REJECT',
    written: ['AwaitingRetry', 2, null],
  },
  {
    name: 'its process ended while RUNNING with attempts left: likewise',
    run: retriable,
    by: holder,
    proposed: ended,
    status: 'REJECT',
    written: ['AwaitingRetry', 2, null],
  },
  {
    name: 'an ad-hoc run that is lost is CRASHED',
    run: adHoc,
    by: server,
    proposed: lost,
    status: 'ACCEPT',
    written: ['Crashed', 2, null],
  },
  {
    name: 'lost while it waits to retry: queued for the same time',
    run: waiting,
    by: server,
    proposed: lost,
    status: 'REJECT',
    written: ['AwaitingRetry', 2, null],
  },
  {
    name: 'CANCELLING goes on only to an end',
    run: cancelling,
    by: holder,
    proposed: { type: 'RUNNING' },
    status: 'ABORT',
  },
  {
    name: 'CANCELLING ends as what it ends',
    run: cancelling,
    by: holder,
    proposed: { type: 'COMPLETED' },
    status: 'ACCEPT',
    written: ['Completed', 1, null],
  },
  {
    name: 'lost while CANCELLING: CANCELLED',
    run: cancelling,
    by: server,
    proposed: lost,
    status: 'REJECT',
    written: ['Cancelled', 2, null],
  },
];

describe('decide', () => {
  test.each(rows)('$name', ({ run, by, proposed, status, written }) => {
    const { answer, next } = decide(run, by, proposed, facts);
    expect(answer.status).toBe(status);
    expect(next && [next.state.name, next.epoch, next.holderId]).toEqual(written ?? null);
  });

  test('a wait is rounded up', () => {
    expect(decide(future, claim, { type: 'PENDING' }, facts).answer).toMatchObject({ delayMs: 1501 });
  });

  test('every rule decides something in the table above', () => {
    const decisive = new Set(
      rows.map(({ run, by, proposed }) => flowRunRules.find((rule) => rule.decide(run, by, proposed, facts))?.name),
    );
    expect([...decisive].sort()).toEqual(flowRunRules.map((rule) => rule.name).sort());
  });

  test('books what follows from a state', () => {
    const ran = must({ ...running, state: { ...running.state, timestamp: now - 300 } }, holder, {
      type: 'FAILED',
      timestamp: now - 100,
    });
    expect(ran).toMatchObject({
      runCount: 1,
      totalRunTimeMs: 200,
      endTime: now - 100,
      sortAt: now - 100,
      expectedStartTime: now - 1000,
    });
    expect(must(pending, holder, { type: 'FAILED' })).toMatchObject({ startTime: null, endTime: null, runCount: 0 });
    expect(must(running, holder, { type: 'RUNNING' })).toMatchObject({ runCount: 2, startTime: running.startTime });
    expect(must(pending, server, lost).returns).toBe(1);
    expect(must(pending, server, { type: 'CRASHED', cause: 'never-acknowledged' }).returns).toBe(0);
  });
});

test('whatever is proposed: time, epoch and counts only grow, an end stands, and only a waiting run is held by nobody', () => {
  const proposers = fc.oneof(
    fc.record({ kind: fc.constant('holder' as const), epoch: fc.nat(4) }),
    fc.record({ kind: fc.constant('server' as const), epoch: fc.nat(4) }),
    fc.constant(claim),
  );
  const proposals = fc.record(
    {
      type: fc.constantFrom(...stateTypes),
      timestamp: fc.integer({ min: now - 9_000, max: now + 9_000 }),
      cause: fc.constantFrom('holder-lost', 'process-ended'),
    },
    { requiredKeys: ['type'] },
  );
  const steps = fc.array(fc.tuple(proposers, proposals, fc.nat(70_000)), { maxLength: 40 });
  fc.assert(
    fc.property(steps, fc.nat(2), (all, maxRetries) => {
      let run: FlowRunImage = { ...scheduled, maxRetries, retryDelaysMs: [1_000, 90_000] };
      let time = now;
      for (const [by, proposed, later] of all) {
        time += later;
        const meant = by.kind === 'claim' ? { type: 'PENDING' as const } : proposed;
        const { answer, next } = decide(run, by, meant, { now: time });
        expect(next !== null).toBe(answer.status === 'ACCEPT' || answer.status === 'REJECT');
        if (!next) continue;
        expect(isTerminal(run.state.type)).toBe(false);
        expect(next.state.timestamp).toBeGreaterThan(run.state.timestamp);
        expect(next.stateCount).toBe(run.stateCount + 1);
        expect(next.epoch).toBeGreaterThanOrEqual(run.epoch);
        expect(next.runCount).toBeLessThanOrEqual(run.runCount + 1);
        if (next.holderId === null) expect(isTerminal(next.state.type) || next.state.type === 'SCHEDULED').toBe(true);
        run = next;
      }
    }),
    { numRuns: 500 },
  );
});
