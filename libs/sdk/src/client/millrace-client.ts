import type { Client } from '@connectrpc/connect';
import { type Clock, systemClock } from '@millrace/clock';
import type { Deployment } from '@millrace/contracts/millrace/v1/deployment_pb';
import { DeploymentService } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { LogService } from '@millrace/contracts/millrace/v1/log_service_pb';
import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { TransitionService } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { openHttp, type RpcChannel } from '@millrace/rpc/http-client';
import type { ServiceUrls } from '@millrace/settings';
import type { LoadedDeployment } from '../load-deployments.ts';
import { createDeployments } from './create-deployments.ts';
import { type FlowRunEvent, watchFlowRun } from './watch-flow-run.ts';
import { type WatchEvent, type WatchedSubject, type WatchOptions, watchSubjects } from './watch-subjects.ts';

/** Options of {@link MillraceClient}. */
export interface MillraceClientOptions {
  /** Where the services are: one address for all, or one for each app; several with commas between are tried in turn. */
  readonly urls: string | ServiceUrls;
  /** Who acts, for the history of what is changed. Default "anonymous". */
  readonly actor?: string;
  /** Times the back-off of reconnects. Default: the machine's. */
  readonly clock?: Clock;
}

/** A deployment that was created or brought up to date. */
export interface CreatedDeployment {
  readonly deployment: Deployment;
  /** False where it existed. */
  readonly created: boolean;
}

/**
 * Every service of a Millrace server, typed, over HTTP/1.1; errors are MillraceError. Connections are opened when used and
 * kept until the client is disposed of.
 */
export class MillraceClient implements Disposable {
  readonly deployments: Client<typeof DeploymentService>;
  readonly storage: Client<typeof StorageService>;
  readonly flowRuns: Client<typeof FlowRunService>;
  readonly transitions: Client<typeof TransitionService>;
  readonly logs: Client<typeof LogService>;
  readonly watch: Client<typeof WatchService>;
  readonly workQueues: Client<typeof WorkQueueService>;
  readonly #channels = new Map<string, RpcChannel>();
  readonly #clock: Clock;

  constructor(options: MillraceClientOptions) {
    const urls = typeof options.urls === 'string' ? everywhere(options.urls) : options.urls;
    const channel = (url: string) => this.#channel(url, options.actor);
    this.#clock = options.clock ?? systemClock;
    this.deployments = channel(urls.deployments).client(DeploymentService);
    this.storage = channel(urls.deployments).client(StorageService);
    this.flowRuns = channel(urls.orchestrator).client(FlowRunService);
    this.transitions = channel(urls.orchestrator).client(TransitionService);
    this.logs = channel(urls.orchestrator).client(LogService);
    this.watch = channel(urls.orchestrator).client(WatchService);
    this.workQueues = channel(urls.scheduler).client(WorkQueueService);
  }

  /**
   * Packages the flows of deployments, puts the packages, then creates or updates all deployments or none. Gives them in
   * the order asked for. Throws a PackagingError before anything is sent, or what the server says.
   */
  async createDeployments(loaded: readonly LoadedDeployment[], signal?: AbortSignal): Promise<CreatedDeployment[]> {
    const { results } = await createDeployments(this, loaded, { signal });
    return results.flatMap(({ deployment, created }) => (deployment ? [{ deployment, created }] : []));
  }

  /**
   * Follows a run: its states and what it logs, from the beginning on, as they come. Ends after its final state, or when
   * the signal is aborted. Lost connections are mended; nothing is given twice. Throws NOT_FOUND where there is no such run.
   */
  watchFlowRun(flowRunId: string, options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<FlowRunEvent> {
    return watchFlowRun(this.watch, flowRunId, { clock: this.#clock, signal: options.signal });
  }

  /**
   * Follows subjects, 1 to 16, as what happens to them comes; first what there is. Lost connections are mended: it goes on
   * from the last cursors. Ends when the signal is aborted or its loop is left. Throws NOT_FOUND where a run does not
   * exist.
   */
  watchSubjects(
    subjects: readonly WatchedSubject[],
    options: Omit<WatchOptions, 'clock'> = {},
  ): AsyncGenerator<WatchEvent, void> {
    return watchSubjects(this.watch, subjects, { ...options, clock: this.#clock });
  }

  [Symbol.dispose](): void {
    for (const channel of this.#channels.values()) channel[Symbol.dispose]();
  }

  #channel(url: string, actor: string | undefined): RpcChannel {
    const channel = this.#channels.get(url) ?? openHttp(url, { actor });
    this.#channels.set(url, channel);
    return channel;
  }
}

function everywhere(url: string): ServiceUrls {
  return { deployments: url, orchestrator: url, scheduler: url };
}
