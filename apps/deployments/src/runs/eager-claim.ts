import { type Claimed, claimFlowRuns, type Executor, type SelectedFlowRun, type Signal } from '@millrace/db';
import type { Place, ReadyAgents } from '@millrace/service';

/**
 * A claim in the very transaction that makes a due run, for an agent whose stream ends in this process. By the same
 * function as every claim, so that limits and order hold: what has waited for longer goes first. Disposing of it gives
 * the agent's place back unless it was used.
 */
export class EagerClaim implements Disposable {
  readonly #agents: ReadyAgents;
  #place: Place | undefined;
  #claim: Claimed | undefined;

  constructor(agents: ReadyAgents) {
    this.#agents = agents;
  }

  /** Claims from the queues if an agent is ready for them. A transaction that is tried anew may call it anew. */
  async claim(
    tx: Executor,
    workQueueIds: readonly string[],
    by: { readonly now: number; readonly newId: () => string },
  ): Promise<void> {
    this.#release();
    const place = this.#agents.reserve(workQueueIds);
    if (!place) return;
    this.#place = place;
    const { holderId, workQueueIds: queueIds } = place;
    this.#claim = await claimFlowRuns(tx, { ...by, queueIds, holderId, limit: 1, actor: 'scheduler' });
  }

  /** What to publish besides what tells of the new run. */
  get signals(): readonly Signal[] {
    return this.#claim?.signals ?? [];
  }

  /** The run as the claim left it; undefined if it was another that was claimed, or none. */
  rowOf(flowRunId: string): SelectedFlowRun | undefined {
    return this.#claim?.claimed.find((run) => run.flowRunId === flowRunId)?.row;
  }

  /** To be called after the commit: the agent gets what was claimed. */
  handOver(): void {
    this.#place?.settle(this.#claim?.claimed ?? []);
    this.#place = undefined;
  }

  [Symbol.dispose](): void {
    this.#release();
  }

  #release(): void {
    this.#place?.settle([]);
    this.#place = undefined;
    this.#claim = undefined;
  }
}
