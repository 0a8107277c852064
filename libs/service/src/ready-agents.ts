import type { ClaimedRun } from '@millrace/db';

/**
 * The agents whose streams end in this process. Whoever creates a run that is due can claim it for one of them in the
 * same transaction: one commit, and no wake-up on the way.
 */
export interface ReadyAgents {
  /** Offers an agent until the function that it gives is called. */
  add(agent: ReadyAgent): () => void;
  /** A free place of an agent that serves one of the queues; undefined where there is none. To be settled in any case. */
  reserve(workQueueIds: readonly string[]): Place | undefined;
}

export interface ReadyAgent {
  reserve(workQueueIds: readonly string[]): Place | undefined;
}

/** Room for one run, kept free. */
export interface Place {
  /** Who is to hold the run. */
  readonly holderId: string;
  /** Those of the queues that the agent serves. */
  readonly workQueueIds: readonly string[];
  /** Hands over what was claimed, after the commit; with nothing, the place is free again. */
  settle(claimed: readonly ClaimedRun[]): void;
}

export function openReadyAgents(): ReadyAgents {
  const agents = new Set<ReadyAgent>();
  return {
    add(agent) {
      agents.add(agent);
      return () => void agents.delete(agent);
    },
    reserve(workQueueIds) {
      for (const agent of agents) {
        const place = agent.reserve(workQueueIds);
        if (!place) continue;
        // The next run goes to another agent, if there is one.
        agents.delete(agent);
        agents.add(agent);
        return place;
      }
      return undefined;
    },
  };
}
