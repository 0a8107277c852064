import { hostname } from 'node:os';
import process from 'node:process';
import { durationFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { systemClock as clock, newId } from '@millrace/clock';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { MillraceError } from '@millrace/rpc/errors';
import { attemptFlow } from '../engine/attempt.ts';
import { captureConsole } from '../engine/capture-console.ts';
import { httpTransport } from '../engine/http-transport.ts';
import { Link } from '../engine/link.ts';
import { runAttempts } from '../engine/run-attempts.ts';
import { RunLog } from '../engine/run-log.ts';
import { untilAnswered } from '../engine/until-answered.ts';
import { NoServerError, RunStoppedError } from '../errors.ts';
import type { FlowDefinition } from '../flow.ts';
import { withParent } from '../parent-run.ts';
import { type RunContext, type RunLogger, withPrints } from '../run-context.ts';
import { type CalledRuns, calledRuns, forgetServer } from './called-runs.ts';
import { printingLogger } from './printing-logger.ts';
import { recordedParameters } from './recorded-parameters.ts';
import { serverOfProcess } from './server-of-process.ts';
import { telling } from './telling.ts';

const callTimeoutMs = 30_000;

/**
 * Runs a flow's function here and now, as a run that this process holds: its states and its log are on the server, and when
 * this resolves or rejects its end is, too. Within another flow, that flow's run is its parent.
 */
export async function callReported(
  definition: FlowDefinition,
  parameters: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { runs, flowRun } = await createRun(definition, parameters);
  const { id: flowRunId, leaseEpoch: epoch } = flowRun;
  const stopped = Promise.withResolvers<never>();
  // Nobody may be left to see it.
  stopped.promise.catch(() => {});
  const stop = new AbortController();
  const lost = (why: string) => {
    const error = new RunStoppedError(definition.name, flowRunId, why);
    stop.abort(error);
    stopped.reject(error);
  };
  using _held = runs.hold({ flowRunId, epoch }, lost);
  const link = new Link();
  const log = new RunLog({ clock, send: (records) => link.writeLogs(records) });
  const transport = {
    assignment: { flowRunId, epoch },
    clock,
    link,
    lost,
    fail: (error: unknown) => lost(String(error)),
  };
  link.use(httpTransport({ ...transport, actor: runs.actor, away: telling(definition.name) }, runs.services));
  captureConsole(() => {});
  const attempts = runAttempts({
    ...{ clock, link, log, first: 1, isBegun: flowRun.state?.type === StateType.RUNNING },
    infrastructure: infrastructure(),
    attempt: (attempt) =>
      attemptFlow({
        ...{ clock, log, stop: stop.signal },
        load: async () => definition,
        // A caller's own values: they are passed on as they are.
        parameters: () => parameters,
        context: (signal) => contextOf({ definition, flowRun, parameters, log, attempt, signal }),
      }),
  });
  const last = await Promise.race([attempts, stopped.promise]);
  if (!last) throw new RunStoppedError(definition.name, flowRunId, 'the server did not let it begin');
  if (last.thrown) throw last.thrown.error;
  return last.result;
}

function infrastructure() {
  return { pid: process.pid, host: hostname() };
}

interface CreatedRun {
  readonly runs: CalledRuns;
  readonly flowRun: FlowRun;
}

async function createRun(
  definition: FlowDefinition,
  parameters: Readonly<Record<string, unknown>>,
  again?: { readonly id: string },
): Promise<CreatedRun> {
  const { name: flowName, retries, retryDelays } = definition;
  const runs = await calledRuns();
  const id = again?.id ?? newId(clock);
  const request = {
    ...{ id, flowName, holderId: runs.holder.holderId, holderName: runs.holder.name },
    parameters: recordedParameters(parameters),
    beginsIn: infrastructure(),
    ...(retries > 0 && { retryPolicy: { maxRetries: retries, delays: retryDelays.map(durationFromMs) } }),
  };
  const create = () =>
    withParent((parentFlowRunId) =>
      runs.flowRuns.createFlowRun({ ...request, parentFlowRunId }, { timeoutMs: callTimeoutMs }),
    );
  try {
    const { flowRun } = serverOfProcess()?.isEngine ? await waitFor(create, flowName) : await create();
    if (!flowRun) throw new Error('the server answered without the run');
    return { runs, flowRun };
  } catch (error) {
    const { code, reason } = MillraceError.from(error);
    // One that was found, or started, may have ended since.
    if (code === Code.Unavailable && !again && forgetServer()) return createRun(definition, parameters, { id });
    if (reason !== 'CONNECTION_FAILED') throw error;
    throw new NoServerError(`no Millrace server answers at ${runs.urls.orchestrator}`, { cause: error });
  }
}

/** In an engine the server is there, only perhaps not now. */
async function waitFor<T>(call: () => Promise<T>, flowName: string): Promise<T> {
  const outcome = await untilAnswered(clock, call, telling(flowName));
  if ('refusal' in outcome) throw outcome.refusal;
  return outcome.answer;
}

interface ContextOptions {
  readonly definition: FlowDefinition;
  readonly flowRun: FlowRun;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly log: RunLog;
  readonly attempt: number;
  readonly signal: AbortSignal;
}

function contextOf({ definition, flowRun, parameters, log, attempt, signal }: ContextOptions): RunContext {
  const { id, name, created, tags } = flowRun;
  const context: RunContext = {
    signal,
    logger: loggerOf(log),
    run: {
      ...{ id, name, tags, attempt, flowName: definition.name },
      deploymentId: undefined,
      deploymentName: undefined,
      isReported: true,
    },
    scheduledTime: new Date(created ? timestampMs(created) : clock.now()),
    parameters,
  };
  const prints = definition.logPrints
    ? (level: number, message: string) => log.write(level, 'console', message)
    : () => {};
  return withPrints(context, prints);
}

/** In a program of somebody's own, what a flow logs is to be seen; an engine's output is for prints alone. */
function loggerOf(log: RunLog): RunLogger {
  const recording = log.logger('flow');
  return serverOfProcess()?.isEngine ? recording : printingLogger(recording);
}
