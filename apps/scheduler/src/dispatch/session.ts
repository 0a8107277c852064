import type { MessageInitShape } from '@bufbuild/protobuf';
import { newId, type Timer } from '@millrace/clock';
import type { Ack, DispatchResponseSchema, Hello } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import {
  acknowledgeFlowRuns,
  adoptFlowRuns,
  type ClaimedRun,
  durationMessage,
  findQueueIds,
  flowRunMessage,
  type HeldRun,
  leaseMs,
  releaseUnacknowledged,
  releaseUnheardOf,
  renewHolder,
  timestampMessage,
  withTransaction,
} from '@millrace/db';
import { unavailable } from '@millrace/rpc/errors';
import type { Place } from '@millrace/service';
import type { Context } from '../context.ts';
import { outbox } from './outbox.ts';
import { whileWoken } from './while-woken.ts';

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
  // Nothing is due before this time, as far as is known.
  let idleUntil = 0;
  let silence: Timer | undefined;
  let due: Timer | undefined;
  let open = true;

  const held = hello.runs.map((run) => ({ flowRunId: run.flowRunId, epoch: run.epoch }));
  const returning = () => ({ now: clock.now(), actor: 'scheduler', newId: () => newId(clock) });
  const { lost, released } = await withTransaction(database, async (tx) => {
    await renewHolder(tx, agent, clock.now());
    const lost = await adoptFlowRuns(tx, agent.id, held);
    return { lost, released: await releaseUnheardOf(tx, { id: agent.id, held }, returning()) };
  });
  signals.publish(released);
  queueIds = await findQueueIds(database, hello.workQueueNames);

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

  // The stream may have ended meanwhile: then what was claimed goes back when it is closed.
  const assign = (claimed: readonly ClaimedRun[]) => {
    for (const { flowRunId, epoch, row } of claimed) {
      unacknowledged.set(flowRunId, { flowRunId, epoch });
      if (!row) {
        // Never sent; it ends as never acknowledged.
        credit += 1;
        continue;
      }
      const flowData = { encoding: row.flow_data_encoding, blob: Uint8Array.from(row.flow_data_blob) };
      out.push({ message: { case: 'assignment', value: { flowRun: flowRunMessage(row), epoch, flowData } } });
    }
  };

  const reserved = new Set<Promise<void>>();
  const reserve = (wanted: readonly string[]): Place | undefined => {
    if (!open || credit <= 0) return undefined;
    const ours = new Set(queueIds.values());
    const workQueueIds = wanted.filter((id) => ours.has(id));
    if (workQueueIds.length === 0) return undefined;
    credit -= 1;
    const settled = Promise.withResolvers<void>();
    reserved.add(settled.promise);
    return {
      holderId: agent.id,
      workQueueIds,
      settle(claimed) {
        reserved.delete(settled.promise);
        settled.resolve();
        if (claimed.length > 0) return assign(claimed);
        credit += 1;
        if (idleUntil <= clock.now()) wake();
      },
    };
  };

  const claim = async () => {
    due?.cancel();
    // A queue that is missing may have been made in the meantime.
    if (queueIds.size < hello.workQueueNames.length) queueIds = await findQueueIds(database, hello.workQueueNames);
    if (credit <= 0 || queueIds.size === 0) return pollAfter(pollMs);
    // Taken out for the time of the claim, so that nobody else gives it away.
    const asked = credit;
    credit = 0;
    let used = 0;
    try {
      const { claimed, idleUntil: until } = await context.claimer.claim([...queueIds.values()], agent.id, asked);
      used = claimed.length;
      assign(claimed);
      idleUntil = until ?? 0;
    } finally {
      credit += asked - used;
    }
    if (used === asked && credit > 0) wake();
    pollAfter(Math.max(0, Math.min(pollMs, (idleUntil || Number.POSITIVE_INFINITY) - clock.now())));
  };

  const claims = whileWoken(async () => {
    if (!open) return;
    await claim().catch((error: unknown) => {
      log.warn({ err: error, agent: agent.name }, 'a claim failed');
      pollAfter(pollMs);
    });
  });
  const wake = () => claims.wake();

  const pollAfter = (delayMs: number) => {
    due?.cancel();
    if (open) due = clock.setTimer(delayMs, wake);
  };

  const withdraw = context.readyAgents.add({ reserve });
  const unsubscribe = signals.subscribe((signal) => {
    if (signal.kind !== 'resync' && !(signal.kind === 'queue' && concerns(signal.id))) return;
    idleUntil = 0;
    wake();
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
      if (idleUntil <= clock.now()) wake();
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
      withdraw();
      unsubscribe();
      silence?.cancel();
      due?.cancel();
      await Promise.all([claims.idle(), ...reserved]);
      due?.cancel();
      const undelivered = [...unacknowledged.values()];
      await acknowledgeFlowRuns(database, acknowledged.splice(0));
      signals.publish(await withTransaction(database, (tx) => releaseUnacknowledged(tx, undelivered, returning())));
      log.info({ agent: agent.name, returned: undelivered.length }, 'an agent disconnected');
    },
  };
}
