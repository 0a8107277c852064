import type { JsonObject } from '@bufbuild/protobuf';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { MillraceClient } from './lazy-client.ts';
import { withParent } from './parent-run.ts';

/** What {@link runDeployment} may be given. */
export interface RunDeploymentOptions {
  /** Over the deployment's, key by key; JSON. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Besides the deployment's. */
  readonly tags?: readonly string[];
  /** The run's name. Default: two words and a number. */
  readonly flowRunName?: string;
  /** When to start. Default: now. */
  readonly scheduledTime?: Date;
  /** A second call with the same key, for the same flow, gives the first run, as long as that exists. */
  readonly idempotencyKey?: string;
  /** Whether to wait until the run has ended. Default true; without, the run is given as it was made. */
  readonly wait?: boolean;
  /** Gives up waiting, not the run. */
  readonly signal?: AbortSignal;
  /** Default: one as the settings of this process say. */
  readonly client?: MillraceClient;
}

/**
 * Makes a run of a deployment, and waits for its end: an agent runs it, not this process. Within a flow, that flow's run
 * becomes its parent.
 *
 * ```ts
 * const { state } = await runDeployment('hello-world/daily', { parameters: { name: 'Arthur' } });
 * ```
 *
 * A run that fails is given like any other; look at its state. Throws a MillraceError: NOT_FOUND where there is no such
 * deployment, INVALID_ARGUMENT on parameters that don't fit.
 *
 * @param name `flow/deployment`
 */
export async function runDeployment(name: string, options: RunDeploymentOptions = {}): Promise<FlowRun> {
  if (options.client) return run(options.client, name, options);
  using client = new MillraceClient();
  return await run(client, name, options);
}

async function run(client: MillraceClient, name: string, options: RunDeploymentOptions): Promise<FlowRun> {
  const { parameters = {}, tags = [], scheduledTime, wait = true, signal } = options;
  const request = {
    key: { case: 'name', value: name } as const,
    // What JSON says of it, as with a deployment's own.
    parameters: JSON.parse(JSON.stringify(parameters)) as JsonObject,
    tags: [...tags],
    flowRunName: options.flowRunName ?? '',
    idempotencyKey: options.idempotencyKey ?? '',
    ...(scheduledTime && { scheduledTime: timestampOf(scheduledTime) }),
  };
  const { flowRun } = await withParent((parentFlowRunId) =>
    client.deployments.createFlowRun({ ...request, parentFlowRunId }, { signal }),
  );
  if (!flowRun) throw new Error('the server answered without the run');
  return wait ? client.waitForFlowRun(flowRun.id, { signal }) : flowRun;
}

// By hand: the library's own function would be loaded by every flow, few of which run deployments.
function timestampOf(time: Date) {
  const ms = time.getTime();
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: (((ms % 1000) + 1000) % 1000) * 1_000_000 };
}
