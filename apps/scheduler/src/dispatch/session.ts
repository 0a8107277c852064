import type { MessageInitShape } from '@bufbuild/protobuf';
import { newId, type Timer } from '@millrace/clock';
import type { Ack, DispatchResponseSchema, Hello } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import {
  acknowledgeFlowRuns,
  adoptFlowRuns,
  type ClaimedRun,
  durationMessage,
  type FlowRunWithCode,
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
import type { Context } from '../context.ts';
import { type AgentEntry, enterAgent } from './agent-entry.ts';
import { outbox } from './outbox.ts';
import { QueueFeed } from './queue-feed.ts';

type Response = MessageInitShape<typeof DispatchResponseSchema>;

const heartbeatMs = 5_000;
// Two heartbeats missed, and a little for the way.
const silenceMs = 2 * heartbeatMs + 1_000;

/** One agent's stream. */
export class Session implements AsyncDisposable {
  readonly #context: Context;
  readonly #hello: Hello;
  readonly #entry: AgentEntry;
  readonly #out = outbox<Response>();
  readonly #unacknowledged = new Map<string, HeldRun>();
  readonly #acknowledged: HeldRun[] = [];
  readonly #feed: QueueFeed;
  #silence: Timer | undefined;
  #open = true;

  private constructor(context: Context, hello: Hello, entry: AgentEntry) {
    this.#context = context;
    this.#hello = hello;
    this.#entry = entry;
    const { agentId: id, name } = hello;
    const workQueueNames = [...new Set(hello.workQueueNames)];
    this.#feed = new QueueFeed(context, { id, name, workQueueNames, assign: (claimed) => this.#assign(claimed) });
  }

  /** Makes the agent a holder with what it holds, and begins to push what its queues have due. */
  static async open(context: Context, hello: Hello): Promise<Session> {
    const { database, clock, signals, log } = context;
    const agent = { id: hello.agentId, kind: 'agent', name: hello.name } as const;
    const held = hello.runs.map((run) => ({ flowRunId: run.flowRunId, epoch: run.epoch }));
    const { lost, released } = await withTransaction(database, async (tx) => {
      await renewHolder(tx, agent, clock.now());
      const lost = await adoptFlowRuns(tx, agent.id, held);
      return { lost, released: await releaseUnheardOf(tx, { id: agent.id, held }, returning(context)) };
    });
    signals.publish(released);
    const session = new Session(context, hello, await enterAgent(context, hello));
    await session.#welcome(lost);
    log.info({ agent: hello.name, queues: hello.workQueueNames, slots: hello.slots }, 'an agent connected');
    return session;
  }

  /** The agent has this many more places. */
  credit(slots: number): void {
    this.#feed.credit(slots);
  }

  async acknowledge({ flowRunId, epoch, refusedReason }: Ack): Promise<void> {
    const run = this.#unacknowledged.get(flowRunId);
    if (run?.epoch !== epoch) return;
    this.#unacknowledged.delete(flowRunId);
    if (refusedReason) await this.#release([run], refusedReason);
    else this.#acknowledged.push(run);
  }

  async heartbeat(sequence: bigint): Promise<void> {
    const { database, clock } = this.#context;
    this.#listenForSilence();
    await renewHolder(database, { id: this.#hello.agentId, kind: 'agent', name: this.#hello.name }, clock.now());
    await acknowledgeFlowRuns(database, this.#acknowledged.splice(0));
    this.#out.push({
      message: { case: 'heartbeatAck', value: { sequence, time: timestampMessage(clock.now()) } },
    });
  }

  /** Tells the agent to connect elsewhere, and ends. */
  drain(): void {
    this.#out.push({ message: { case: 'drain', value: {} } });
    this.end();
  }

  /** Nothing is claimed for a stream that is to end, however long what is in it takes to be sent. */
  end(error?: unknown): void {
    this.#open = false;
    this.#feed.close();
    this.#out.end(error);
  }

  responses(): AsyncGenerator<Response> {
    return this.#out.messages();
  }

  /** Returns what was not acknowledged. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { database, log } = this.#context;
    this.#open = false;
    this.#silence?.cancel();
    await this.#feed[Symbol.asyncDispose]();
    const undelivered = [...this.#unacknowledged.values()];
    await acknowledgeFlowRuns(database, this.#acknowledged.splice(0));
    await this.#release(undelivered);
    await this.#entry.close();
    log.info({ agent: this.#hello.name, returned: undelivered.length }, 'an agent disconnected');
  }

  async #welcome(lost: readonly HeldRun[]): Promise<void> {
    const missingWorkQueueNames = await this.#feed.findQueues();
    const times = { heartbeatInterval: durationMessage(heartbeatMs), lease: durationMessage(leaseMs) };
    this.#out.push({ message: { case: 'welcome', value: { ...times, missingWorkQueueNames } } });
    for (const run of lost)
      this.#out.push({ message: { case: 'stop', value: { ...run, reason: 'the run was given to another holder' } } });
    this.#listenForSilence();
  }

  #listenForSilence(): void {
    this.#silence?.cancel();
    if (!this.#open) return;
    this.#silence = this.#context.clock.setTimer(silenceMs, () =>
      this.end(unavailable('HEARTBEAT_MISSED', 'no heartbeat came from the agent')),
    );
  }

  // The stream may have ended meanwhile: then what was claimed goes back when it is closed.
  #assign(claimed: readonly ClaimedRun[]): number {
    for (const { flowRunId, epoch, row } of claimed) {
      this.#unacknowledged.set(flowRunId, { flowRunId, epoch });
      if (row) this.#out.push(assignment(row));
    }
    // Without its code a run can't be sent; it ends as never acknowledged.
    return claimed.filter(({ row }) => !row).length;
  }

  async #release(runs: readonly HeldRun[], refusedReason?: string): Promise<void> {
    const { database, signals } = this.#context;
    const release = { ...returning(this.#context), ...(refusedReason && { refusedReason }) };
    signals.publish(await withTransaction(database, (tx) => releaseUnacknowledged(tx, runs, release)));
  }
}

function returning({ clock }: Context) {
  return { now: clock.now(), actor: 'scheduler', newId: () => newId(clock) };
}

function assignment(row: FlowRunWithCode): Response {
  const flowData = { encoding: row.flow_data_encoding, blob: Uint8Array.from(row.flow_data_blob) };
  return { message: { case: 'assignment', value: { flowRun: flowRunMessage(row), epoch: row.epoch, flowData } } };
}
