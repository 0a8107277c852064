import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { type Clock, systemClock } from '@millrace/clock';
import type { Agent } from '@millrace/contracts/millrace/v1/agent_pb';
import type { Deployment } from '@millrace/contracts/millrace/v1/deployment_pb';
import {
  DeploymentService,
  type ListDeploymentsRequestSchema,
  type ListScheduleFiresRequestSchema,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { FlowRunService, type ListFlowRunsRequestSchema } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import type { LogRecord } from '@millrace/contracts/millrace/v1/log_record_pb';
import { type ListLogsRequestSchema, LogService } from '@millrace/contracts/millrace/v1/log_service_pb';
import type { ScheduleFire } from '@millrace/contracts/millrace/v1/schedule_fire_pb';
import type { State } from '@millrace/contracts/millrace/v1/state_pb';
import type { Storage } from '@millrace/contracts/millrace/v1/storage_pb';
import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { TransitionService } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import type { WorkQueue } from '@millrace/contracts/millrace/v1/work_queue_pb';
import { WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { notFound } from '@millrace/rpc/errors';
import type { RpcChannel } from '@millrace/rpc/fetch-client';
import type { ServiceUrls } from '@millrace/settings';
import { isTerminal } from './is-terminal.ts';
import { allPages } from './pages.ts';
import { type FlowRunEvent, watchFlowRun } from './watch-flow-run.ts';
import { type WatchEvent, type WatchedSubject, type WatchOptions, watchSubjects } from './watch-subjects.ts';

/** How services are reached. */
export interface ServiceClientsOptions {
  /** Where the services are: one address for all, or one for each app; several with commas between are tried in turn. */
  readonly urls: string | ServiceUrls;
  /** Opens a way to an address. */
  readonly open: (url: string) => RpcChannel;
  /** Times the back-off of reconnects. Default: the machine's. */
  readonly clock?: Clock | undefined;
}

/** A list's request without what turns its pages. */
type Listing<Schema extends DescMessage> = Omit<
  Exclude<MessageInitShape<Schema>, { $typeName: string }>,
  'pageToken' | 'pageSize' | 'includeTotal' | '$typeName'
>;

/** Every service of a Millrace server, typed; errors are MillraceError. What a client is on every platform. */
export class ServiceClients implements Disposable {
  readonly deployments: Client<typeof DeploymentService>;
  readonly storage: Client<typeof StorageService>;
  readonly flowRuns: Client<typeof FlowRunService>;
  readonly transitions: Client<typeof TransitionService>;
  readonly logs: Client<typeof LogService>;
  readonly watch: Client<typeof WatchService>;
  readonly workQueues: Client<typeof WorkQueueService>;
  readonly #channels = new Map<string, RpcChannel>();
  readonly #clock: Clock;

  constructor({ urls: given, open, clock = systemClock }: ServiceClientsOptions) {
    const urls = typeof given === 'string' ? { deployments: given, orchestrator: given, scheduler: given } : given;
    const channel = (url: string) => {
      const opened = this.#channels.get(url) ?? open(url);
      this.#channels.set(url, opened);
      return opened;
    };
    this.#clock = clock;
    this.deployments = channel(urls.deployments).client(DeploymentService);
    this.storage = channel(urls.deployments).client(StorageService);
    this.flowRuns = channel(urls.orchestrator).client(FlowRunService);
    this.transitions = channel(urls.orchestrator).client(TransitionService);
    this.logs = channel(urls.orchestrator).client(LogService);
    this.watch = channel(urls.orchestrator).client(WatchService);
    this.workQueues = channel(urls.scheduler).client(WorkQueueService);
  }

  /** All deployments that match, page after page as they are asked for; by flow and name unless sorted otherwise. */
  allDeployments(request: Listing<typeof ListDeploymentsRequestSchema> = {}): AsyncGenerator<Deployment, void> {
    return allPages(async (page) => {
      const { deployments, nextPageToken } = await this.deployments.listDeployments({ ...request, ...page });
      return { items: deployments, nextPageToken };
    });
  }

  /** All fires of a deployment's schedules that match, newest first: those to come lead unless filtered. */
  allScheduleFires(request: Listing<typeof ListScheduleFiresRequestSchema>): AsyncGenerator<ScheduleFire, void> {
    return allPages(async (page) => {
      const { fires, nextPageToken } = await this.deployments.listScheduleFires({ ...request, ...page });
      return { items: fires, nextPageToken };
    });
  }

  /** All flow runs that match, newest first unless sorted otherwise. */
  allFlowRuns(request: Listing<typeof ListFlowRunsRequestSchema> = {}): AsyncGenerator<FlowRun, void> {
    return allPages(async (page) => {
      const { flowRuns, nextPageToken } = await this.flowRuns.listFlowRuns({ ...request, ...page });
      return { items: flowRuns, nextPageToken };
    });
  }

  /** A run's history, oldest first. */
  allFlowRunStates(flowRunId: string): AsyncGenerator<State, void> {
    return allPages(async (page) => {
      const { states, nextPageToken } = await this.flowRuns.listFlowRunStates({ flowRunId, ...page });
      return { items: states, nextPageToken };
    });
  }

  /** What runs logged, oldest first. */
  allLogs(request: Listing<typeof ListLogsRequestSchema>): AsyncGenerator<LogRecord, void> {
    return allPages(async (page) => {
      const { logs, nextPageToken } = await this.logs.listLogs({ ...request, ...page });
      return { items: logs, nextPageToken };
    });
  }

  /** All work queues. */
  allWorkQueues(): AsyncGenerator<WorkQueue, void> {
    return allPages(async (page) => {
      const { workQueues, nextPageToken } = await this.workQueues.listWorkQueues(page);
      return { items: workQueues, nextPageToken };
    });
  }

  /** All storages that have a name. */
  allStorages(): AsyncGenerator<Storage, void> {
    return allPages(async (page) => {
      const { storages, nextPageToken } = await this.storage.listStorages(page);
      return { items: storages, nextPageToken };
    });
  }

  /** All agents that are connected, or were within the last hour. */
  allAgents(): AsyncGenerator<Agent, void> {
    return allPages(async (page) => {
      const { agents, nextPageToken } = await this.workQueues.listAgents(page);
      return { items: agents, nextPageToken };
    });
  }

  /**
   * The run, once it has ended: COMPLETED, FAILED, CANCELLED or CRASHED. Told by the server when it ends, so nothing is
   * polled. Throws NOT_FOUND where there is no such run, and the signal's reason when that is aborted.
   */
  async waitForFlowRun(flowRunId: string, options: { readonly signal?: AbortSignal } = {}): Promise<FlowRun> {
    const subjects = [{ type: 'flow-run', flowRunId }] as const;
    for await (const event of this.watchSubjects(subjects, options))
      if (event.type === 'flow-run' && isTerminal(event.flowRun.state?.type)) break;
    options.signal?.throwIfAborted();
    const { flowRun } = await this.flowRuns.getFlowRun({ id: flowRunId }, options);
    if (!flowRun) throw notFound('flow run', flowRunId);
    return flowRun;
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
}
