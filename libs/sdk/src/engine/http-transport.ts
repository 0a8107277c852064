import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import process from 'node:process';
import { type Client, Code } from '@connectrpc/connect';
import type { Clock } from '@millrace/clock';
import { LogService } from '@millrace/contracts/millrace/v1/log_service_pb';
import { TransitionService } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { openHttp } from '@millrace/rpc/http-client';
import type { EngineAnswer, EngineAssignment } from './ipc.ts';
import { keepHolder } from './keep-holder.ts';
import type { Link, RunMessage, Transport } from './link.ts';
import { ItemError, untilAnswered } from './until-answered.ts';
import { fromAnswer, toLogBatch, toTransition } from './wire.ts';

/** What the way without an agent needs. */
export interface HttpTransportOptions {
  readonly assignment: Pick<EngineAssignment, 'flowRunId' | 'epoch' | 'urls'>;
  readonly clock: Clock;
  readonly link: Link;
  /** The run was given to another, or is gone: end, and write nothing more. */
  readonly lost: (reason: string) => void;
  /** This process can't hold its run. */
  readonly fail: (error: unknown) => void;
  /** How long one call may take before it is made again. Default 30,000. */
  readonly callTimeoutMs?: number;
}

const defaultCallTimeoutMs = 30_000;

/**
 * Makes this process the holder of its run and gives the way straight to the orchestrator, once that is so. A server that
 * is away is tried again and again: only being told that the run is lost ends it.
 */
export async function openHttpTransport(options: HttpTransportOptions): Promise<Transport> {
  const { assignment, lost, fail } = options;
  const { flowRunId, epoch, urls } = assignment;
  const holder = { holderId: randomUUID(), name: `engine ${process.pid} on ${hostname()}` };
  await keepHolder({
    ...{ holder, runs: [{ flowRunId, epoch }], orchestratorUrl: urls.orchestrator, endsProcess: true },
    lost: () => lost('the server gave it to another holder'),
    fail,
  }).renewed;
  const channel = openHttp(urls.orchestrator, { actor: 'engine' });
  const services = { transitions: channel.client(TransitionService), logs: channel.client(LogService) };
  return httpTransport(options, () => services);
}

/** What a run is reported to. */
export interface RunServices {
  readonly transitions: Client<typeof TransitionService>;
  readonly logs: Client<typeof LogService>;
}

/**
 * The way straight to the orchestrator, for a run that this process holds already.
 *
 * @param services asked for with each call, as they may be elsewhere by then
 */
export function httpTransport(
  options: Omit<HttpTransportOptions, 'assignment'> & {
    readonly assignment: Pick<EngineAssignment, 'flowRunId' | 'epoch'>;
    /** Who says it, for the history. Default "engine". */
    readonly actor?: string;
    /** Told each time that the server did not answer, and is tried again. */
    readonly away?: (error: Error) => void;
  },
  services: () => RunServices,
): Transport {
  const { assignment, clock, link, lost, fail, away, actor = 'engine' } = options;
  // A server that takes a call and never answers it is as one that is away.
  const call = { timeoutMs: options.callTimeoutMs ?? defaultCallTimeoutMs };

  let last = Promise.resolve();
  return {
    deliver(message) {
      last = last.then(() => sendMessage(message)).catch(fail);
    },
  };

  async function sendMessage(message: RunMessage): Promise<void> {
    if (message.type === 'logs') {
      const batches = [toLogBatch(assignment, message)];
      const outcome = await untilAnswered(clock, () => services().logs.writeLogs({ batches }, call), away);
      if ('refusal' in outcome)
        process.stderr.write(`millrace: a batch of logs was refused: ${outcome.refusal.message}\n`);
      return link.logsStored(message.batchId);
    }
    const outcome = await untilAnswered(clock, () => propose(message), away);
    if ('refusal' in outcome) lost(outcome.refusal.message);
    else link.answered(message.requestId, outcome.answer);
  }

  async function propose(message: RunMessage & { type: 'transition' }): Promise<EngineAnswer> {
    const items = [toTransition(assignment, message)];
    const { answers } = await services().transitions.applyTransitions({ items, actor }, call);
    const [answer] = answers;
    if (!answer) throw new ItemError(Code.Internal, 'NO_ANSWER', 'the server answered nothing');
    return fromAnswer(answer, assignment.epoch);
  }
}
