import { EventEmitter, once } from 'node:events';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { systemClock } from '@millrace/clock';
import { type CreateFlowRunRequest, FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { type LogBatch, LogBatchStatus, LogService } from '@millrace/contracts/millrace/v1/log_service_pb';
import {
  type RenewHolderRequest,
  type Transition,
  type TransitionAnswerSchema,
  TransitionService,
  TransitionStatus,
} from '@millrace/contracts/millrace/v1/transition_service_pb';
import { unavailable } from '@millrace/rpc/errors';
import { type RpcServer, startRpcServer } from '@millrace/rpc/server';
import { playedService } from '@millrace/rpc/testing';
import { silentLogger } from '@millrace/telemetry';

export interface OrchestratorOptions {
  /** Answers a proposal. Default: ACCEPT. */
  readonly answer?: (transition: Transition, count: number) => MessageInitShape<typeof TransitionAnswerSchema>;
  /** Whether the run is lost to the holder that renews. Default: it is not. */
  readonly lost?: () => boolean;
  /** How many calls of each kind fail first, although they were carried out. Default 0. */
  readonly failures?: number;
  /** Why a run can't be made. Default: it can. */
  readonly refuse?: (request: CreateFlowRunRequest) => Error | undefined;
  /** Of which kind the first call is carried out and then never answered. Default: none. */
  readonly hangs?: Call;
}

type Call = 'create' | 'renew' | 'transition' | 'logs';

/** The test in the place of an orchestrator, with a real server. */
export class PlayedOrchestrator implements AsyncDisposable {
  /** The runs that called flows were made, by those who call them. */
  readonly created: CreateFlowRunRequest[] = [];
  readonly renewals: RenewHolderRequest[] = [];
  readonly transitions: Transition[] = [];
  readonly batches: LogBatch[] = [];
  /** What came, in the order of its coming. */
  readonly calls: Call[] = [];
  readonly #server: RpcServer;
  readonly #arrivals: EventEmitter;

  static async start(options: OrchestratorOptions = {}): Promise<PlayedOrchestrator> {
    const arrivals = new EventEmitter();
    const arrived = async (kind: Call) => {
      played.calls.push(kind);
      arrivals.emit('call');
      const before = played.calls.filter((call) => call === kind).length - 1;
      if (kind === options.hangs && before === 0) await new Promise(() => {});
      if (before < (options.failures ?? 0)) throw unavailable('TEST', 'not now');
    };
    const transitionService = playedService(TransitionService, {
      async applyTransitions({ items }) {
        played.transitions.push(...items);
        const answers = items.map(
          (item) => options.answer?.(item, played.transitions.length) ?? { status: TransitionStatus.ACCEPT },
        );
        await arrived('transition');
        return { answers };
      },
      async renewHolder(request) {
        played.renewals.push(request);
        await arrived('renew');
        const lost = options.lost?.() ?? false;
        return { lostFlowRunIds: lost ? request.runs.map(({ flowRunId }) => flowRunId) : [] };
      },
    });
    const flowRunService = playedService(FlowRunService, {
      async createFlowRun(request) {
        played.created.push(request);
        const { id, flowName, tags } = request;
        await arrived('create');
        const refusal = options.refuse?.(request);
        if (refusal) throw refusal;
        return { flowRun: { id, flowName, tags, name: `run ${played.created.length}`, leaseEpoch: 1 }, created: true };
      },
    });
    const logService = playedService(LogService, {
      async writeLogs({ batches }) {
        played.batches.push(...batches);
        await arrived('logs');
        return { statuses: batches.map(() => LogBatchStatus.STORED) };
      },
      listLogs: async () => ({}),
    });
    const server = await startRpcServer({
      host: '127.0.0.1',
      port: 0,
      app: 'orchestrator',
      services: [flowRunService, transitionService, logService],
      clock: systemClock,
      log: silentLogger(),
    });
    const played = new PlayedOrchestrator(server, arrivals);
    return played;
  }

  constructor(server: RpcServer, arrivals: EventEmitter) {
    this.#server = server;
    this.#arrivals = arrivals;
  }

  get url(): string {
    return this.#server.url;
  }

  get lines(): string[] {
    return this.batches.flatMap(({ records }) => records).map(({ message }) => message);
  }

  /** Resolves as soon as the condition holds; it is looked at when something arrives. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await once(this.#arrivals, 'call');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server[Symbol.asyncDispose]() as Promise<void>;
  }
}
