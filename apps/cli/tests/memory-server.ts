import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import { newId, systemClock } from '@millrace/clock';
import type { Agent } from '@millrace/contracts/millrace/v1/agent_pb';
import { type Deployment, DeploymentSchema } from '@millrace/contracts/millrace/v1/deployment_pb';
import {
  type CreateDeploymentRequest,
  DeploymentService,
  type GetDeploymentRequest,
  type ScheduleFlowRunsRequest,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { type FlowRun, FlowRunSchema } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { LogService } from '@millrace/contracts/millrace/v1/log_service_pb';
import { type ScheduleFire, ScheduleFireStatus } from '@millrace/contracts/millrace/v1/schedule_fire_pb';
import { type State, StateSchema, StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { StorageSchema } from '@millrace/contracts/millrace/v1/storage_pb';
import { type CreateStorageRequest, StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { type WorkQueue, WorkQueueSchema } from '@millrace/contracts/millrace/v1/work_queue_pb';
import { WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { alreadyExists, failedPrecondition, invalidArgument, notFound, unavailable } from '@millrace/rpc/errors';
import { type RpcServer, type Service, startRpcServer } from '@millrace/rpc/server';
import { playedService } from '@millrace/rpc/testing';
import { silentLogger } from '@millrace/telemetry';
import { untilAborted } from '../src/until-aborted.ts';

/** What the server holds, for tests to look at and to add to. */
export interface Memory {
  readonly deployments: Map<string, Deployment>;
  readonly runs: Map<string, FlowRun>;
  readonly queues: Map<string, WorkQueue>;
  readonly agents: Agent[];
  readonly storages: Map<string, CreateStorageRequest>;
  /** Of every deployment, newest first. */
  readonly fires: ScheduleFire[];
}

/** The contract over a few maps: enough for what the command line says and how it ends, without Postgres or agents. */
export async function startMemoryServer(): Promise<RpcServer & Memory> {
  const memory: Memory = {
    deployments: new Map(),
    runs: new Map(),
    queues: new Map(),
    agents: [],
    storages: new Map(),
    fires: [],
  };
  const server = await startRpcServer({
    host: '127.0.0.1',
    port: 0,
    app: 'server',
    services: [deploymentService(memory), storageService(memory), queueService(memory), ...runServices(memory)],
    clock: systemClock,
    log: silentLogger(),
  });
  return { ...server, ...memory };
}

function findDeployment({ deployments }: Memory, key: GetDeploymentRequest['key']): Deployment {
  for (const each of deployments.values())
    if (key.value === (key.case === 'id' ? each.id : `${each.flowName}/${each.name}`)) return each;
  throw notFound('deployment', key.value ?? '');
}

function apply({ deployments }: Memory, request: CreateDeploymentRequest) {
  const name = `${request.flow.value}/${request.name}`;
  const created = !deployments.has(name);
  const { flow, $typeName, $unknown, isScheduleActive = true, enforceParameterSchema = true, ...rest } = request;
  const manifest = JSON.parse(new TextDecoder().decode(request.flowData?.blob));
  const deployment = create(DeploymentSchema, {
    ...rest,
    id: deployments.get(name)?.id ?? newId(systemClock),
    flowName: flow.value ?? '',
    parameterSchema: manifest.flow_parameter_schema,
    isScheduleActive,
    enforceParameterSchema,
    version: 1,
  });
  deployments.set(name, deployment);
  return { deployment, created };
}

function deploymentService(memory: Memory): Service {
  return playedService(DeploymentService, {
    createDeployment: async (request) => apply(memory, request),
    applyDeployments: async ({ deployments }) => {
      const bad = deployments.findIndex(({ tags }) => tags.includes('refused'));
      if (bad >= 0) throw invalidArgument([{ field: `deployments[${bad}].tags[0]`, description: 'is refused' }]);
      return { results: deployments.map((each) => apply(memory, each)) };
    },
    getDeployment: async ({ key }) => ({ deployment: findDeployment(memory, key) }),
    // One each page, so that whoever lists has to turn pages.
    listDeployments: async ({ pageToken }) => {
      const at = Number(pageToken || 0);
      const all = [...memory.deployments.values()];
      return { deployments: all.slice(at, at + 1), nextPageToken: at + 1 < all.length ? String(at + 1) : '' };
    },
    deleteDeployment: async ({ key }) => {
      const { flowName, name } = findDeployment(memory, key);
      memory.deployments.delete(`${flowName}/${name}`);
      return { deletedFlowRuns: 2 };
    },
    listScheduleFires: async ({ key, scheduleSlug, statuses, fireBefore, pageSize }) => {
      findDeployment(memory, key);
      const fitting = memory.fires
        .filter((fire) => scheduleSlug === undefined || fire.scheduleSlug === scheduleSlug)
        .filter(({ status }) => statuses.length === 0 || statuses.includes(status))
        .filter(({ fireTime }) => !fireBefore || Number(fireTime?.seconds ?? 0) <= Number(fireBefore.seconds));
      return { fires: fitting.slice(0, pageSize), nextPageToken: fitting.length > pageSize ? 'more' : '' };
    },
    scheduleFlowRuns: async (request) => scheduleFires(memory, request),
    createFlowRun: async (request) => {
      const { flowName, name, id } = findDeployment(memory, request.key);
      const now = timestampFromMs(systemClock.now());
      const flowRun = create(FlowRunSchema, {
        id: newId(systemClock),
        name: 'amber-fox-12',
        created: now,
        flowName,
        deploymentId: id,
        deploymentName: `${flowName}/${name}`,
        parameters: request.parameters ?? {},
        tags: request.tags,
        state: state('Scheduled', { details: { scheduledTime: request.scheduledTime ?? now } }),
      });
      memory.runs.set(flowRun.id, flowRun);
      return { flowRun, created: true, workQueueNames: [...memory.queues.keys()] };
    },
  });
}

function scheduleFires(memory: Memory, { key, scheduleSlug, startTime, endTime, maxRuns }: ScheduleFlowRunsRequest) {
  const { isScheduleActive, schedules } = findDeployment(memory, key);
  const [from, until] = [startTime, endTime].map((time) => (time ? timestampMs(time) : 0));
  if (Number(until) < Number(from)) throw invalidArgument([{ field: 'end_time', description: 'is before start_time' }]);
  const there = schedules.map(({ slug }) => JSON.stringify(slug)).join(', ');
  const asked = schedules.filter(({ slug }) => slug === (scheduleSlug ?? slug));
  const none = `${JSON.stringify(scheduleSlug)} is none of the deployment's schedules; there is ${there}`;
  if (asked.length === 0) throw invalidArgument([{ field: 'schedule_slug', description: none }]);
  const active = asked.filter((each) => isScheduleActive && each.active);
  if (active.length === 0) throw failedPrecondition('NO_ACTIVE_SCHEDULE', 'paused: resume it first');
  const isWithin = (at: number) => at >= Number(from) && at <= Number(until);
  const oldestFirst = memory.fires.filter((fire) => fire.fireTime && isWithin(timestampMs(fire.fireTime))).reverse();
  const fires = active
    .flatMap(({ slug }) => oldestFirst.filter((fire) => fire.scheduleSlug === slug).slice(0, maxRuns || 100))
    .map((fire) => ({ fire: { ...fire, status: ScheduleFireStatus.SCHEDULED }, created: true }));
  return { fires, createdFlowRuns: fires.length };
}

function storageService({ storages }: Memory): Service {
  let standard = '';
  const messageOf = ({ name, place }: CreateStorageRequest) =>
    create(StorageSchema, { id: `id of ${name}`, name, isDefault: name === standard, place });
  const find = (name: string | undefined) => {
    const found = storages.get(name ?? '');
    if (!found) throw notFound('storage', name ?? '');
    return found;
  };
  return playedService(StorageService, {
    createStorage: async (request) => {
      const created = !storages.has(request.name);
      storages.set(request.name, request);
      if (request.isDefault) standard = request.name;
      return { storage: messageOf(request), created };
    },
    listStorages: async () => ({ storages: [...storages.values()].map(messageOf) }),
    deleteStorage: async ({ key, force }) => {
      const { name } = find(key.value);
      if (name === 'needed' && !force) throw failedPrecondition('STORAGE_IN_USE', 'packages are in it');
      storages.delete(name);
      return {};
    },
    setDefaultStorage: async ({ key }) => {
      standard = key.value === undefined ? '' : find(key.value).name;
      return standard ? { storage: messageOf(find(standard)) } : {};
    },
    putDocument: async (requests) => {
      let sha256 = '';
      for await (const { part } of requests) if (part.case === 'header') sha256 = part.value.sha256;
      return { sha256 };
    },
    // biome-ignore lint/correctness/useYield: the command line never reads a document
    async *getDocument({ sha256 }) {
      throw notFound('document', sha256);
    },
  });
}

function queueService({ queues, agents }: Memory): Service {
  return playedService(WorkQueueService, {
    createWorkQueue: async ({ name, filter, concurrencyLimit }) => {
      if (queues.has(name)) throw alreadyExists('work queue', name);
      const limit = concurrencyLimit === undefined ? {} : { concurrencyLimit };
      const workQueue = create(WorkQueueSchema, { id: newId(systemClock), name, ...(filter && { filter }), ...limit });
      queues.set(name, workQueue);
      return { workQueue, created: true };
    },
    getWorkQueue: async ({ key }) => {
      const workQueue = queues.get(key.value ?? '');
      if (!workQueue) throw notFound('work queue', key.value ?? '');
      return { workQueue };
    },
    listWorkQueues: async () => ({ workQueues: [...queues.values()] }),
    listAgents: async () => ({ agents }),
    // biome-ignore lint/correctness/useYield: no agent comes here
    async *dispatch() {
      throw unavailable('NO_DISPATCH', 'this server has no agents');
    },
  });
}

function runServices({ runs }: Memory): Service[] {
  const find = (id: string) => {
    const run = runs.get(id);
    if (!run) throw notFound('flow run', id);
    return run;
  };
  return [
    playedService(FlowRunService, {
      getFlowRun: async ({ id }) => ({ flowRun: find(id) }),
      listFlowRuns: async ({ filter, pageSize }) => {
        const before = filter?.expectedStartBefore;
        const fitting = [...runs.values()]
          .filter((run) => !before || Number(run.expectedStartTime?.seconds ?? 0) <= Number(before.seconds))
          .filter(({ state }) => filter?.stateTypes.length === 0 || filter?.stateTypes.includes(state?.type ?? 0));
        return {
          flowRuns: fitting.slice(0, pageSize),
          nextPageToken: fitting.length > pageSize ? 'more' : '',
        };
      },
      listFlowRunStates: async ({ flowRunId }) => ({ states: historyOf(find(flowRunId)) }),
    }),
    playedService(LogService, {
      writeLogs: async () => ({ statuses: [] }),
      listLogs: async ({ flowRunId }) => ({ logs: [logOf(find(flowRunId))] }),
    }),
    playedService(WatchService, {
      async *watch({ subjects }, { signal }) {
        const flowRun = find(String(subjects[0]?.subject.value ?? ''));
        const [first, ...others] = historyOf(flowRun);
        const change = (states: (State | undefined)[]) => {
          const seen = states.filter((each) => each !== undefined);
          const last = seen.at(-1);
          return {
            case: 'flowRun' as const,
            value: { flowRun: { ...flowRun, ...(last && { state: last }) }, states: seen },
          };
        };
        yield { subject: 0, cursor: '1', event: change([first]) };
        yield { subject: 1, cursor: '1', event: { case: 'logs', value: { records: [logOf(flowRun)] } } };
        if (flowRun.parameters?.stay === true) await untilAborted(signal);
        yield { subject: 0, cursor: '2', event: change(others) };
      },
    }),
  ];
}

const stateTypes = {
  Scheduled: StateType.SCHEDULED,
  Pending: StateType.PENDING,
  Running: StateType.RUNNING,
  Completed: StateType.COMPLETED,
  Failed: StateType.FAILED,
};

function state(name: keyof typeof stateTypes, more: MessageInitShape<typeof StateSchema> = {}): State {
  const timestamp = timestampFromMs(systemClock.now());
  return create(StateSchema, { type: stateTypes[name], name, timestamp, ...more });
}

/** A run whose parameter `fail` is true fails, any other completes; at once, unless `stay` is true. */
function historyOf({ parameters }: FlowRun): State[] {
  const end = parameters?.fail === true ? state('Failed', { message: 'Error: asked to' }) : state('Completed');
  return [state('Scheduled'), state('Pending'), state('Running'), end];
}

function logOf({ parameters }: FlowRun) {
  const timestamp = timestampFromMs(Date.UTC(2026, 0, 31, 9));
  return { level: 30, logger: 'console', message: `Hello ${parameters?.name ?? 'world'}!`, timestamp };
}
