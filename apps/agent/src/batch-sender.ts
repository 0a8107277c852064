import type { Clock } from '@millrace/clock';
import { BackOff } from '@millrace/clock/back-off';
import { Code, MillraceError } from '@millrace/rpc/errors';

/** What became of one item of a batch. */
export type Outcome<Answer> = { readonly answer: Answer } | 'again';

export interface BatchSenderOptions<Item, Answer> {
  readonly clock: Clock;
  /** Items with the same key are never under way at the same time, and go in the order in which they came. */
  readonly key: (item: Item) => string;
  readonly bytes: (item: Item) => number;
  /** How many batches may be under way at once. */
  readonly inFlight: number;
  /** Sends a batch; an outcome for each item, in order. The signal is aborted when the sender is closed. */
  readonly send: (items: readonly Item[], signal: AbortSignal) => Promise<readonly Outcome<Answer>[]>;
  /** Told of the first failure after it worked. */
  readonly failing: (error: MillraceError) => void;
  /** What an item gets that the server refuses for what it is, so that sending it again won't help. */
  readonly refused: (item: Item, error: MillraceError) => Answer;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
}

const mostItems = 500;
// A request is at most 4 MiB; what comes on top of the items' own bytes is small.
const mostBytes = 3 * 1024 * 1024;
const refusals: readonly Code[] = [
  Code.InvalidArgument,
  Code.NotFound,
  Code.FailedPrecondition,
  Code.OutOfRange,
  Code.Unimplemented,
];

/**
 * Sends what came in while the last batch was under way as the next batch, until it is answered: no timers while the
 * server answers, back-off while it does not.
 */
export class BatchSender<Item, Answer> {
  readonly #options: BatchSenderOptions<Item, Answer>;
  #waiting: Waiting<Item, Answer>[] = [];
  readonly #busy = new Set<string>();
  readonly #stop = new AbortController();
  #underWay = 0;

  constructor(options: BatchSenderOptions<Item, Answer>) {
    this.#options = options;
  }

  /** Resolves with the answer, however long the server is away; never once the sender is closed. */
  submit(item: Item): Promise<Answer> {
    return new Promise((resolve) => {
      this.#waiting.push({ item, resolve });
      this.#pump();
    });
  }

  /** Gives up what is not answered. */
  close(): void {
    this.#stop.abort();
    this.#waiting = [];
  }

  #pump(): void {
    while (this.#underWay < this.#options.inFlight && !this.#stop.signal.aborted) {
      const batch = this.#take();
      if (batch.length === 0) return;
      const keys = new Set(batch.map(({ item }) => this.#options.key(item)));
      for (const key of keys) this.#busy.add(key);
      this.#underWay += 1;
      void this.#deliver(batch).finally(() => {
        for (const key of keys) this.#busy.delete(key);
        this.#underWay -= 1;
        this.#pump();
      });
    }
  }

  #take(): Waiting<Item, Answer>[] {
    const batch: Waiting<Item, Answer>[] = [];
    const rest: Waiting<Item, Answer>[] = [];
    // Once one item of a key stays behind, all later ones of it do.
    const behind = new Set(this.#busy);
    let bytes = 0;
    for (const entry of this.#waiting) {
      const key = this.#options.key(entry.item);
      const size = this.#options.bytes(entry.item);
      const fits = batch.length === 0 || (batch.length < mostItems && bytes + size <= mostBytes);
      if (fits && !behind.has(key)) {
        batch.push(entry);
        bytes += size;
      } else {
        rest.push(entry);
        behind.add(key);
      }
    }
    this.#waiting = rest;
    return batch;
  }

  async #deliver(all: readonly Waiting<Item, Answer>[]): Promise<void> {
    const backOff = new BackOff(this.#options.clock);
    let failed = false;
    for (let batch = all; batch.length > 0 && !this.#stop.signal.aborted; ) {
      try {
        const outcomes = await this.#options.send(
          batch.map(({ item }) => item),
          this.#stop.signal,
        );
        batch = batch.filter((entry, index) => {
          const outcome = outcomes[index] ?? 'again';
          if (outcome !== 'again') entry.resolve(outcome.answer);
          return outcome === 'again';
        });
        if (batch.length > 0) await backOff.wait(this.#stop.signal);
      } catch (thrown) {
        if (this.#stop.signal.aborted) return;
        const error = MillraceError.from(thrown);
        if (isRefusal(error)) return this.#deliverEach(batch, error);
        if (!failed) this.#options.failing(error);
        failed = true;
        await backOff.wait(this.#stop.signal, error.retryDelayMs);
      }
    }
  }

  /** One item spoils its batch: each goes alone, and who is refused alone is the one. */
  async #deliverEach(batch: readonly Waiting<Item, Answer>[], error: MillraceError): Promise<void> {
    const [only] = batch;
    if (batch.length === 1 && only) return only.resolve(this.#options.refused(only.item, error));
    for (const entry of batch) await this.#deliver([entry]);
  }
}

function isRefusal({ code, retryDelayMs }: MillraceError): boolean {
  // With a time to wait for it is the server that has too much to do; without, the request is too large.
  return refusals.includes(code) || (code === Code.ResourceExhausted && retryDelayMs === undefined);
}
