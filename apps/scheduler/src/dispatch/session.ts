import type { MessageInitShape } from '@bufbuild/protobuf';
import { newId, type Timer } from '@millrace/clock';
import type { Ack, DispatchResponseSchema, Hello } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import {
  acknowledgeFlowRuns,
  adoptFlowRuns,
  durationMessage,
  findQueueIds,
  type HeldRun,
  leaseMs,
  releaseUnacknowledged,
  releaseUnheardOf,
  renewHolder,
  timestampMessage,
  withTransaction,
} from '@millrace/db';
import { unavailable } from '@millrace/rpc/errors';
import type { Context } from '../context.ts';
import { enterAgent } from './agent-entry.ts';
import { outbox } from './outbox.ts';
import { readAssignments } from './read-assignments.ts';

type Response = MessageInitShape<typeof DispatchResponseSchema>;

/** One agent's stream. */
export interface Session extends AsyncDisposable {
  credit(slots: number): void;
  acknowledge(ack: Ack): Promise<void>;
  heartbeat(sequence: bigint): Promise<void>;
  /** Tells the agent to connect elsewhere, and ends. */
  drain(): void;
  end(error?: unknown): void;
  responses(): AsyncGenerator<Response>;
}

const heartbeatMs = 5_000;
// Two heartbeats missed, and a little for the way.
const silenceMs = 2 * heartbeatMs + 1_000;
// The safety net under wake-ups that were lost.
const pollMs = 1_000;

/** Makes the agent a holder with what it holds, and begins to push what its queues have due. */
export async function openSession(context: Context, hello: Hello): Promise<Session> {
  const { database, clock, signals, log } = context;
  const agent = { id: hello.agentId, kind: 'agent', name: hello.name } as const;
  const out = outbox<Response>();
  const unacknowledged = new Map<string, HeldRun>();
  const acknowledged: HeldRun[] = [];
  let queueIds = new Map<string, string>();
  let credit = 0;
  let silence: Timer | undefined;
  let due: Timer | undefined;
  let open = true;
  let claiming: Promise<void> | undefined;
  let again = false;

  const held = hello.runs.map((run) => ({ flowRunId: run.flowRunId, epoch: run.epoch }));
  const returning = () => ({ now: clock.now(), actor: 'scheduler', newId: () => newId(clock) });
  const { lost, released } = await withTransaction(database, async (tx) => {
    await renewHolder(tx, agent, clock.now());
    const lost = await adoptFlowRuns(tx, agent.id, held);
    return { lost, released: await releaseUnheardOf(tx, { id: agent.id, held }, returning()) };
  });
  signals.publish(released);
  queueIds = await findQueueIds(database, hello.workQueueNames);
  const entry = await enterAgent(context, hello);

  // Nothing is claimed for a stream that is to end, however long what is in it takes to be sent.
  const close = (error?: unknown) => {
    open = false;
    out.end(error);
  };

  const listenForSilence = () => {
    silence?.cancel();
    if (open)
      silence = clock.setTimer(silenceMs, () =>
        close(unavailable('HEARTBEAT_MISSED', 'no heartbeat came from the agent')),
      );
  };

  const claim = async () => {
    due?.cancel();
    // A queue that is missing may have been made in the meantime.
    if (queueIds.size < hello.workQueueNames.length) queueIds = await findQueueIds(database, hello.workQueueNames);
    if (credit <= 0 || queueIds.size === 0) return pollAfter(pollMs);
    const asked = credit;
    const { claimed, nextDue } = await context.claimer.claim([...queueIds.values()], agent.id, asked);
    for (const run of claimed) unacknowledged.set(run.flowRunId, run);
    credit -= claimed.length;
    // The stream may have ended meanwhile: then what was claimed goes back when it is closed.
    const assignments = await readAssignments(database, claimed).catch((error: unknown) => {
      // With the stream the runs go back, and the agent gives its credit anew.
      close(unavailable('NOT_ASSIGNED', 'runs were claimed but could not be read'));
      throw error;
    });
    for (const assignment of assignments) out.push({ message: { case: 'assignment', value: assignment } });
    // The others' deployment was deleted after the claim; they end as never acknowledged.
    credit += claimed.length - assignments.length;
    if (claimed.length === asked && credit > 0) again = true;
    pollAfter(nextDue === undefined ? pollMs : Math.min(pollMs, nextDue - clock.now()));
  };

  const pollAfter = (delayMs: number) => {
    due?.cancel();
    if (open) due = clock.setTimer(delayMs, wake);
  };

  // Wake-ups during a claim lead to one more.
  const wake = () => {
    again = true;
    claiming ??= claimWhileWoken().finally(() => {
      claiming = undefined;
    });
  };
  const claimWhileWoken = async () => {
    while (again && open) {
      again = false;
      await claim().catch((error: unknown) => {
        log.warn({ err: error, agent: agent.name }, 'a claim failed');
        pollAfter(pollMs);
      });
    }
  };

  const unsubscribe = signals.subscribe((signal) => {
    if (signal.kind === 'resync' || (signal.kind === 'queue' && concerns(signal.id))) wake();
  });
  const concerns = (id: string) => queueIds.size < hello.workQueueNames.length || [...queueIds.values()].includes(id);

  out.push({
    message: {
      case: 'welcome',
      value: {
        heartbeatInterval: durationMessage(heartbeatMs),
        lease: durationMessage(leaseMs),
        missingWorkQueueNames: hello.workQueueNames.filter((name) => !queueIds.has(name)),
      },
    },
  });
  for (const run of lost)
    out.push({ message: { case: 'stop', value: { ...run, reason: 'the run was given to another holder' } } });
  listenForSilence();
  log.info({ agent: agent.name, queues: hello.workQueueNames, slots: hello.slots }, 'an agent connected');

  return {
    credit(slots) {
      credit += slots;
      wake();
    },
    async acknowledge(ack) {
      const run = unacknowledged.get(ack.flowRunId);
      if (run?.epoch !== ack.epoch) return;
      unacknowledged.delete(ack.flowRunId);
      if (!ack.refusedReason) return void acknowledged.push(run);
      const release = {
        now: clock.now(),
        actor: 'scheduler',
        newId: () => newId(clock),
        refusedReason: ack.refusedReason,
      };
      signals.publish(await withTransaction(database, (tx) => releaseUnacknowledged(tx, [run], release)));
    },
    async heartbeat(sequence) {
      listenForSilence();
      await renewHolder(database, agent, clock.now());
      await acknowledgeFlowRuns(database, acknowledged.splice(0));
      out.push({ message: { case: 'heartbeatAck', value: { sequence, time: timestampMessage(clock.now()) } } });
    },
    drain() {
      out.push({ message: { case: 'drain', value: {} } });
      close();
    },
    end: close,
    responses: () => out.messages(),
    async [Symbol.asyncDispose]() {
      open = false;
      unsubscribe();
      silence?.cancel();
      due?.cancel();
      await claiming;
      due?.cancel();
      const undelivered = [...unacknowledged.values()];
      await acknowledgeFlowRuns(database, acknowledged.splice(0));
      signals.publish(await withTransaction(database, (tx) => releaseUnacknowledged(tx, undelivered, returning())));
      await entry.close();
      log.info({ agent: agent.name, returned: undelivered.length }, 'an agent disconnected');
    },
  };
}
