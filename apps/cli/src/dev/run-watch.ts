import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { isTerminal, type MillraceClient, type WatchedSubject } from 'millrace/client';
import type { DevEvent } from './dev-event.ts';

export interface RunWatchOptions {
  readonly client: MillraceClient;
  readonly tell: (event: DevEvent) => void;
  /** Called with each run that is started, by whatever and wherever; with some more than once. */
  readonly onStarted: (flowRunId: string) => void;
  /** Called when the server is lost, once, and when it is there again. */
  readonly onConnection: (state: 'lost' | 'restored') => void;
  /** Ends it. */
  readonly ended: AbortSignal;
}

/** Watches a server for what deployments run, from now on. */
export class RunWatch {
  readonly #options: RunWatchOptions;
  #current:
    | { readonly names: string; readonly watched: readonly string[]; readonly replaced: AbortController }
    | undefined;
  /** Runs that had ended when their deployment came to be watched. */
  readonly #past = new Set<string>();
  #isLost = false;

  constructor(options: RunWatchOptions) {
    this.#options = options;
  }

  /** Watches the runs of these deployments, and no others; of none of them only whether the server is there. */
  watch(deploymentNames: readonly string[]): void {
    const names = JSON.stringify([...deploymentNames].sort());
    if (names === this.#current?.names) return;
    const before = this.#current?.watched ?? [];
    this.#current?.replaced.abort();
    const replaced = new AbortController();
    this.#current = { names, watched: deploymentNames, replaced };
    void this.#run(deploymentNames, before, AbortSignal.any([replaced.signal, this.#options.ended]));
  }

  /** What ran of the deployments that were watched `before`, while one stream followed another, is told of as well. */
  async #run(deploymentNames: readonly string[], before: readonly string[], signal: AbortSignal): Promise<void> {
    const { client, tell, onStarted } = this.#options;
    let known = before;
    try {
      const events = client.watchSubjects(subjectsFor(deploymentNames), { signal, onStatus: this.#onStatus });
      for await (const event of events) {
        if (event.type !== 'flow-runs') continue;
        if (event.reset) {
          for (const flowRun of event.flowRuns)
            if (isTerminal(flowRun.state?.type) && !known.includes(flowRun.deploymentName ?? ''))
              this.#past.add(flowRun.id);
          // The server begins anew where too much was missed: that is past.
          known = [];
        }
        for (const flowRun of event.flowRuns)
          if (hasStarted(flowRun) && !this.#past.has(flowRun.id)) onStarted(flowRun.id);
      }
    } catch (error) {
      if (!signal.aborted) tell({ event: 'progress', text: `Runs can't be followed: ${String(error)}` });
    }
  }

  readonly #onStatus = (status: 'open' | 'lost') => {
    const isLost = status === 'lost';
    if (isLost === this.#isLost) return;
    this.#isLost = isLost;
    this.#options.onConnection(isLost ? 'lost' : 'restored');
  };
}

function subjectsFor(deploymentNames: readonly string[]): WatchedSubject[] {
  // An empty filter is every run there is; a stream on anything else tells as well whether the server is there.
  if (deploymentNames.length === 0) return [{ type: 'work-queues' }];
  return [{ type: 'flow-runs', filter: { deploymentNames: [...deploymentNames] } }];
}

// Schedules make runs ahead by the dozen: those are told of when they begin.
function hasStarted({ state }: FlowRun): boolean {
  return state !== undefined && state.type !== StateType.SCHEDULED;
}
