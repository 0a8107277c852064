import type { RunMessage } from '@millrace/runners';
import type { EngineAnswer, ToEngine } from 'millrace/engine';
import { toLogBatch, toTransition } from 'millrace/engine/wire';
import type { Reporter } from './reporter.ts';

export interface ConversationOptions {
  readonly flowRunId: string;
  readonly epoch: number;
  readonly reporter: Reporter;
  /** To the engine. */
  readonly reply: (message: ToEngine) => void;
  /** Told of each proposal's answer. */
  readonly onAnswer: (state: string, answer: EngineAnswer) => void;
  /** The run has its last state, or is not this agent's any more; its user code is over, if it ever began. */
  readonly onSettled: () => void;
  /** What was said could not be passed on: an error of ours, since nothing that can go wrong outside comes here. */
  readonly onFailed: (error: unknown) => void;
}

/** What a run's engine says on its way to the orchestrator, and the answers on their way back. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #unanswered = new Set<Promise<void>>();
  #logsStored: Promise<unknown> = Promise.resolve();
  #begun = false;
  #settled = false;
  #refusal: string | undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** Whether RUNNING was asked for, so that user code may have begun. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Whether there is nothing left to be said about the run. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Why the orchestrator would not have a state of the engine's, if so. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  hear(message: RunMessage): void {
    const passedOn = message.type === 'logs' ? this.#write(message) : this.#propose(message);
    const answered = passedOn.catch(this.#options.onFailed).finally(() => this.#unanswered.delete(answered));
    this.#unanswered.add(answered);
  }

  /** Resolves when all that was said is answered. */
  async answered(): Promise<void> {
    while (this.#unanswered.size > 0) await Promise.all(this.#unanswered);
  }

  async #write(message: Extract<RunMessage, { type: 'logs' }>): Promise<void> {
    const { flowRunId, reporter, reply } = this.#options;
    const stored = reporter.logs({ ...toLogBatch(this.#options, message), flowRunId });
    this.#logsStored = Promise.allSettled([this.#logsStored, stored]);
    await stored;
    reply({ type: 'logs-stored', batchId: message.batchId });
  }

  async #propose(message: Extract<RunMessage, { type: 'transition' }>): Promise<void> {
    const { flowRunId, reporter, reply, onAnswer, onSettled } = this.#options;
    const { type } = message.state;
    if (type === 'RUNNING') this.#begun = true;
    // Whoever sees that a run has ended must be able to read all that it said.
    else await this.#logsStored;
    const { answer, refusal } = await reporter.transition({ ...toTransition(this.#options, message), flowRunId });
    onAnswer(type, answer);
    if (refusal === undefined) this.#settled = settles(answer, type !== 'RUNNING');
    else this.#refusal = refusal;
    if (this.#settled) onSettled();
    reply({ type: 'answer', requestId: message.requestId, answer });
  }
}

function settles(answer: EngineAnswer, isFinal: boolean): boolean {
  if (answer.status === 'ACCEPT') return isFinal;
  // To be tried again in place, the run is still this process's.
  if (answer.status === 'REJECT') return answer.retryInMs === undefined;
  return answer.status === 'ABORT';
}
