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
import { findRunContext, type RunContext, type RunLogger, withPrints } from '../run-context.ts';
import { type CalledRuns, calledRuns } from './called-runs.ts';
import { printingLogger } from './printing-logger.ts';
import { recordedParameters } from './recorded-parameters.ts';
import { serverOfProcess } from './server-of-process.ts';
import { whereAServerIs } from './start-server.ts';
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
  const away = whileAway(definition.name, runs);
  link.use(httpTransport({ ...transport, actor: runs.actor, away }, () => runs.services));
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
): Promise<CreatedRun> {
  const { name: flowName, retries, retryDelays } = definition;
  const runs = await calledRuns();
  const request = {
    ...{ id: newId(clock), flowName, holderId: runs.holder.holderId, holderName: runs.holder.name },
    parameters: recordedParameters(parameters),
    beginsIn: infrastructure(),
    ...(retries > 0 && { retryPolicy: { maxRetries: retries, delays: retryDelays.map(durationFromMs) } }),
  };
  const create = () =>
    withParent((parentFlowRunId) =>
      runs.services.flowRuns.createFlowRun({ ...request, parentFlowRunId }, { timeoutMs: callTimeoutMs }),
    );
  const { flowRun } = await made(create, flowName, runs);
  if (!flowRun) throw new Error('the server answered without the run');
  return { runs, flowRun };
}

/**
 * Within a run there is a server, only perhaps not now: it is waited for. Elsewhere one that was found may have ended since,
 * so it is looked for once more; where the settings name one, that there is none is said at once.
 */
async function made<T>(create: () => Promise<T>, flowName: string, runs: CalledRuns): Promise<T> {
  if (serverOfProcess()?.isEngine || findRunContext()?.run.isReported) {
    const outcome = await untilAnswered(clock, create, whileAway(flowName, runs));
    if ('refusal' in outcome) throw outcome.refusal;
    return outcome.answer;
  }
  try {
    return await create();
  } catch (error) {
    const { code, reason } = MillraceError.from(error);
    if (code === Code.Unavailable && (await runs.lookAgain())) return create();
    if (reason !== 'CONNECTION_FAILED') throw error;
    throw new NoServerError(`no Millrace server answers at ${runs.urls.orchestrator}`, whereAServerIs, {
      cause: error,
    });
  }
}

/** Told of each answer that did not come: says so once, and looks for the server where it may be elsewhere by now. */
function whileAway(flowName: string, runs: CalledRuns): (error: Error) => void {
  const tell = telling(flowName);
  return (error) => {
    tell(error);
    // What it can't find, or start, the next attempt may.
    void runs.lookAgain().catch(tell);
  };
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
