import type { Assignment, Stop } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { type ExecutionContext, RunExecution } from './run-execution.ts';
import { keyOf, readOrder } from './run-order.ts';

export interface RunTableOptions {
  readonly slots: number;
  readonly context: ExecutionContext;
  /** @param refusedReason empty: the run is taken */
  readonly acknowledge: (flowRunId: string, epoch: number, refusedReason: string) => void;
  /** Another run can be taken. */
  readonly onSlotFree: () => void;
}

// An assignment that comes twice comes soon after the first.
const mostRemembered = 10_000;

/** The runs that this agent has, and the slots that they take. */
export class RunTable {
  readonly #options: RunTableOptions;
  /** Those that take a slot: their user code may be going on. */
  readonly #held = new Map<string, RunExecution>();
  /** Those of which anything is left: a process, something to be told. */
  readonly #live = new Set<RunExecution>();
  readonly #over = new Set<string>();
  #closed = false;

  constructor(options: RunTableOptions) {
    this.#options = options;
  }

  /** What the server is to know of when the stream begins anew. */
  get held(): { flowRunId: string; epoch: number }[] {
    return [...this.#held.values()].map(({ order: { flowRunId, epoch } }) => ({ flowRunId, epoch }));
  }

  get freeSlots(): number {
    return this.#closed ? 0 : this.#options.slots - this.#held.size;
  }

  take(assignment: Assignment): void {
    const { acknowledge, onSlotFree, context } = this.#options;
    const order = readOrder(assignment);
    if (!order) return;
    const { flowRunId, epoch } = order;
    const key = keyOf(order);
    if (this.#held.has(key) || this.#over.has(key)) {
      acknowledge(flowRunId, epoch, '');
      // It took a credit and no slot.
      if (!this.#closed) onSlotFree();
      return;
    }
    const obstacle = this.#closed ? 'the agent stops' : this.freeSlots <= 0 ? 'the agent has no free slot' : '';
    acknowledge(flowRunId, epoch, obstacle);
    if (obstacle) return;
    const execution: RunExecution = new RunExecution(order, () => this.#release(execution), context);
    this.#held.set(key, execution);
    this.#live.add(execution);
    void execution.done.then(() => {
      this.#live.delete(execution);
      this.#release(execution);
    });
  }

  /** The server has given a run to another. */
  giveUp({ flowRunId, epoch, reason }: Stop): void {
    this.#held.get(keyOf({ flowRunId, epoch }))?.abandon(reason);
  }

  /** Nothing is taken any more. */
  close(): void {
    this.#closed = true;
  }

  /** Ends all processes; resolves when they have ended. */
  async cancelAll(): Promise<void> {
    await Promise.all([...this.#live].map((run) => run.cancel()));
  }

  leaveAll(): void {
    for (const run of this.#live) run.leave();
  }

  /** Resolves when nothing is left of any run. */
  async idle(): Promise<void> {
    while (this.#live.size > 0) await Promise.all([...this.#live].map((run) => run.done));
  }

  #release(execution: RunExecution): void {
    const key = keyOf(execution.order);
    if (!this.#held.delete(key)) return;
    this.#over.add(key);
    const [oldest] = this.#over;
    if (this.#over.size > mostRemembered && oldest !== undefined) this.#over.delete(oldest);
    if (!this.#closed) this.#options.onSlotFree();
  }
}
