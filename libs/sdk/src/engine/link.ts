import { randomUUID } from 'node:crypto';
import type { EngineAnswer, EngineLogRecord, EngineState, FromEngine } from './ipc.ts';

/** What an engine has to say about its run. */
export type RunMessage = Extract<FromEngine, { type: 'transition' | 'logs' }>;

/** A way to the orchestrator. */
export interface Transport {
  /** Sends; the answer goes to the link. Messages arrive in the order in which they are given. */
  deliver(message: RunMessage): void;
}

/** What is known of this process, said with RUNNING. */
export type Infrastructure = { readonly pid: number; readonly host: string };

interface Unanswered {
  readonly message: RunMessage;
  readonly resolve: (answer: EngineAnswer) => void;
}

const stored: EngineAnswer = { status: 'ACCEPT' };

/**
 * The one door of a run to the orchestrator. Keeps what is unanswered, so that another transport can take over in the
 * middle: what is sent again has the same ids, and is recognised.
 */
export class Link {
  #transport: Transport | undefined;
  #batchId = 0;
  readonly #unanswered = new Map<string, Unanswered>();

  /** Takes over from the transport before, if any: what is unanswered goes by this one, in its order. */
  use(transport: Transport): void {
    this.#transport = transport;
    for (const { message } of this.#unanswered.values()) transport.deliver(message);
  }

  /** From here on nothing is sent; what is unanswered waits for the next transport. */
  pause(): void {
    this.#transport = undefined;
  }

  propose(state: EngineState, infrastructure?: Infrastructure): Promise<EngineAnswer> {
    const requestId = randomUUID();
    return this.#send(requestId, { type: 'transition', requestId, state, ...(infrastructure && { infrastructure }) });
  }

  /** Resolves when the records are stored, or can never be. */
  async writeLogs(records: readonly EngineLogRecord[]): Promise<void> {
    this.#batchId += 1;
    await this.#send(logKey(this.#batchId), { type: 'logs', batchId: this.#batchId, records });
  }

  /** For transports: what became of a proposal. A second answer to the same one is ignored. */
  answered(requestId: string, answer: EngineAnswer): void {
    this.#settle(requestId, answer);
  }

  /** For transports: a batch is stored. */
  logsStored(batchId: number): void {
    this.#settle(logKey(batchId), stored);
  }

  #send(key: string, message: RunMessage): Promise<EngineAnswer> {
    return new Promise((resolve) => {
      this.#unanswered.set(key, { message, resolve });
      this.#transport?.deliver(message);
    });
  }

  #settle(key: string, answer: EngineAnswer): void {
    const waiting = this.#unanswered.get(key);
    this.#unanswered.delete(key);
    waiting?.resolve(answer);
  }
}

function logKey(batchId: number): string {
  return `logs ${batchId}`;
}
