import type { Timer } from '@millrace/clock';
import { type ClaimedRun, findQueueIds, type Signal } from '@millrace/db';
import type { Place } from '@millrace/service';
import type { Context } from '../context.ts';
import { whileWoken } from './while-woken.ts';

/** Who is fed. */
export interface FedAgent {
  readonly id: string;
  readonly name: string;
  /** One that does not exist yet is served once it does. */
  readonly workQueueNames: readonly string[];
  /** Takes what was claimed; gives how many of the runs can't be sent and cost no credit. */
  readonly assign: (claimed: readonly ClaimedRun[]) => number;
}

// The safety net under wake-ups that were lost.
const pollMs = 1_000;

/**
 * Claims for one agent whenever it has credit and something may be due in its queues: woken by signals, by the next due
 * instant, by new credit, and by a slow poll.
 */
export class QueueFeed implements AsyncDisposable {
  readonly #context: Context;
  readonly #agent: FedAgent;
  #queueIds: ReadonlyMap<string, string> = new Map();
  #credit = 0;
  // Nothing is due before this time, as far as is known.
  #idleUntil = 0;
  #poll: Timer | undefined;
  #open = true;
  readonly #reserved = new Set<Promise<void>>();
  readonly #claims = whileWoken(() => this.#claimSafely());
  readonly #leave: (() => void)[];

  constructor(context: Context, agent: FedAgent) {
    this.#context = context;
    this.#agent = agent;
    this.#leave = [
      context.readyAgents.add({ reserve: (workQueueIds) => this.#reserve(workQueueIds) }),
      context.signals.subscribe((signal) => this.#hear(signal)),
    ];
  }

  /** Looks the queues up; gives the names of those that do not exist. */
  async findQueues(): Promise<string[]> {
    const { workQueueNames } = this.#agent;
    this.#queueIds = await findQueueIds(this.#context.database, workQueueNames);
    return workQueueNames.filter((name) => !this.#queueIds.has(name));
  }

  credit(slots: number): void {
    this.#credit += slots;
    this.#wakeIfAnyIsDue();
  }

  /** From here on nothing more is claimed. */
  close(): void {
    this.#open = false;
    for (const leave of this.#leave.splice(0)) leave();
    this.#poll?.cancel();
  }

  /** Resolves when no claim is under way any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await Promise.all([this.#claims.idle(), ...this.#reserved]);
  }

  get #anyMissing(): boolean {
    return this.#queueIds.size < this.#agent.workQueueNames.length;
  }

  #hear({ kind, id }: Signal): void {
    const isOurs = kind === 'queue' && (this.#anyMissing || [...this.#queueIds.values()].includes(id));
    if (kind !== 'resync' && !isOurs) return;
    this.#idleUntil = 0;
    this.#claims.wake();
  }

  #wakeIfAnyIsDue(): void {
    if (this.#idleUntil <= this.#context.clock.now()) this.#claims.wake();
  }

  #reserve(wanted: readonly string[]): Place | undefined {
    if (!this.#open || this.#credit <= 0) return undefined;
    const ours = new Set(this.#queueIds.values());
    const workQueueIds = wanted.filter((id) => ours.has(id));
    if (workQueueIds.length === 0) return undefined;
    this.#credit -= 1;
    const settled = Promise.withResolvers<void>();
    this.#reserved.add(settled.promise);
    return {
      holderId: this.#agent.id,
      workQueueIds,
      settle: (claimed) => {
        this.#reserved.delete(settled.promise);
        settled.resolve();
        this.#credit += 1 - claimed.length + this.#agent.assign(claimed);
        if (this.#credit > 0) this.#wakeIfAnyIsDue();
      },
    };
  }

  async #claimSafely(): Promise<void> {
    if (!this.#open) return;
    this.#poll?.cancel();
    let pauseMs = pollMs;
    try {
      pauseMs = await this.#claim();
    } catch (error) {
      this.#context.log.warn({ err: error, agent: this.#agent.name }, 'a claim failed');
    }
    if (this.#open) this.#poll = this.#context.clock.setTimer(pauseMs, () => this.#claims.wake());
  }

  /** @returns when to look again at the latest, in milliseconds from now */
  async #claim(): Promise<number> {
    const { claimer, clock } = this.#context;
    const { id, assign } = this.#agent;
    // A queue that is missing may have been made in the meantime.
    if (this.#anyMissing) await this.findQueues();
    if (this.#credit <= 0 || this.#queueIds.size === 0) return pollMs;
    // Taken out for the time of the claim, so that nobody else gives it away.
    const asked = this.#credit;
    this.#credit = 0;
    let used = 0;
    try {
      const { claimed, idleUntil, again } = await claimer.claim([...this.#queueIds.values()], id, asked);
      used = claimed.length - assign(claimed);
      this.#idleUntil = idleUntil ?? 0;
      if (claimed.length === asked || again) this.#claims.wake();
    } finally {
      this.#credit += asked - used;
    }
    if (this.#idleUntil === 0) return pollMs;
    return Math.max(0, Math.min(pollMs, this.#idleUntil - clock.now()));
  }
}
