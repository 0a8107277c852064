import type { FromEngine, ToEngine } from './ipc.ts';
import type { Link, RunMessage, Transport } from './link.ts';

/** The way through the agent: its channel is there from the start, and keeps the order. */
export class IpcTransport implements Transport {
  readonly #send: (message: FromEngine) => void;
  readonly #link: Link;

  constructor(send: (message: FromEngine) => void, link: Link) {
    this.#send = send;
    this.#link = link;
  }

  deliver(message: RunMessage): void {
    this.#send(message);
  }

  /** Takes what the agent says; gives the reason if it says to stop. */
  received(message: ToEngine): string | undefined {
    if (message.type === 'answer') this.#link.answered(message.requestId, message.answer);
    else if (message.type === 'logs-stored') this.#link.logsStored(message.batchId);
    else if (message.type === 'stop') return message.reason;
    return undefined;
  }
}
