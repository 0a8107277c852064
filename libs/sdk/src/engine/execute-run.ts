import { hostname } from 'node:os';
import { chdir, pid } from 'node:process';
import type { Clock } from '@millrace/clock';
import type { FlowDefinition } from '../flow.ts';
import type { RunContext, RunLogger } from '../run-context.ts';
import { type Attempted, attemptFlow } from './attempt.ts';
import type { EngineAssignment, EngineState } from './ipc.ts';
import type { Link } from './link.ts';
import { loadFlow } from './load-flow.ts';
import type { ResolvePackages } from './resolve-packages.ts';
import { runAttempts } from './run-attempts.ts';
import { levels, type RunLog } from './run-log.ts';
import { settleState } from './settle-state.ts';
import { describe, errorData } from './state-data.ts';

/** What the execution of a run needs. */
export interface ExecutionOptions {
  readonly assignment: EngineAssignment;
  readonly clock: Clock;
  readonly link: Link;
  readonly log: RunLog;
  readonly resolvePackages: ResolvePackages;
  /** The process's variables. */
  readonly environment: Record<string, string | undefined>;
  /** Resolves with what was thrown where nobody caught it. */
  readonly crash: Promise<unknown>;
  /** Told when RUNNING was accepted, before user code is loaded; and when its outcome is known. */
  readonly userCode: (runs: boolean) => void;
  /** Told of the flow when it is loaded. */
  readonly loaded: (definition: FlowDefinition) => void;
}

/** How the execution of a run ended: as it should, or by something that nobody caught. */
export type Ending = 'over' | 'crashed';

/** Takes a run from PENDING to its end, over all attempts that this process may make. */
export async function executeRun(options: ExecutionOptions): Promise<Ending> {
  const { assignment, clock, link, log } = options;
  const infrastructure = { pid, host: hostname() };
  const obstacle = prepare(options);
  if (obstacle) {
    await settleState(clock, link, { state: () => obstacle, infrastructure });
    return 'over';
  }
  // Once: a module that was imported is not run again, and gives none of the flows that it defines for itself.
  let definition: FlowDefinition | undefined;
  const load = async () => {
    if (definition) return definition;
    const warn = (message: string) => log.write(levels.warn, 'engine', message);
    definition = await loadFlow(assignment.package, {
      warn,
      resolvePackages: options.resolvePackages,
      deploymentsUrl: assignment.urls.deployments,
    });
    options.loaded(definition);
    return definition;
  };
  const crash = options.crash.then(
    (thrown): Attempted => ({ state: crashed(options, thrown), thrown: { error: thrown } }),
  );
  const logger = log.logger('flow');
  const last = await runAttempts({
    ...{ clock, link, log, infrastructure },
    first: assignment.runCount + 1,
    isBegun: false,
    async attempt(number) {
      options.userCode(true);
      const context = (signal: AbortSignal) => contextOf(assignment, { signal, logger, attempt: number });
      const parameters = () => structuredClone(assignment.parameters);
      const attempted = await Promise.race([attemptFlow({ clock, log, load, parameters, context }), crash]);
      options.userCode(false);
      return attempted;
    },
  });
  return last?.state.type === 'CRASHED' ? 'crashed' : 'over';
}

/** What the flow gets to know: copies, as it may change them, and the next attempt gets all as it was given. */
function contextOf(
  assignment: EngineAssignment,
  { signal, logger, attempt }: { signal: AbortSignal; logger: RunLogger; attempt: number },
): RunContext {
  return {
    signal,
    logger,
    run: {
      id: assignment.flowRunId,
      name: assignment.flowRunName,
      flowName: assignment.flowName,
      deploymentId: assignment.deploymentId,
      deploymentName: assignment.deploymentName,
      tags: assignment.tags,
      attempt,
      isReported: true,
    },
    scheduledTime: new Date(assignment.scheduledTime),
    parameters: structuredClone(assignment.parameters),
  };
}

// Variables and folder; a state if the run can't be begun.
function prepare({ assignment, clock, environment }: ExecutionOptions): EngineState | undefined {
  try {
    Object.assign(environment, assignment.env);
    if (assignment.workingDirectory !== undefined) chdir(assignment.workingDirectory);
    return undefined;
  } catch (error) {
    const message = `The process could not be prepared: ${describe(error).message}`;
    return { type: 'FAILED', message, data: errorData(error), timestamp: clock.now() };
  }
}

function crashed({ clock, log }: ExecutionOptions, thrown: unknown): EngineState {
  const { name, message: said, stack } = describe(thrown);
  const message = 'The process was ended by an error that nobody caught.';
  log.write(levels.fatal, 'engine', `${message}\n${stack ?? `${name}: ${said}`}`);
  return {
    type: 'CRASHED',
    message: `${message} ${name}: ${said}`,
    data: errorData(thrown),
    timestamp: clock.now(),
  };
}
