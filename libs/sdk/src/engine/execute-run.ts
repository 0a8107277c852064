import { hostname } from 'node:os';
import { chdir, pid } from 'node:process';
import type { Clock } from '@millrace/clock';
import type { FlowDefinition } from '../flow.ts';
import { attemptFlow } from './attempt.ts';
import type { EngineAssignment, EngineState } from './ipc.ts';
import type { Link } from './link.ts';
import { loadFlow } from './load-flow.ts';
import type { ResolvePackages } from './resolve-packages.ts';
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
  const crash = options.crash.then((thrown) => crashed(options, thrown));
  for (let attempt = assignment.runCount + 1; ; ) {
    const running = () => ({ type: 'RUNNING', timestamp: clock.now() }) as const;
    const entered = await settleState(clock, link, { state: running, infrastructure });
    if (entered === 'over') return 'over';
    if (entered === 'try again') continue;
    options.userCode(true);
    const outcome = await Promise.race([attemptFlow({ assignment, attempt, clock, log, load }), crash]);
    options.userCode(false);
    // The last words are stored before the last state, so that whoever sees the state can read them.
    await log.flush();
    const ended = await settleState(clock, link, { state: () => outcome });
    if (outcome.type === 'CRASHED') return 'crashed';
    // Where the server would have it in place all the same, the run is lost with this process, and queued for that.
    if (ended !== 'try again' || outcome.endsProcess) return 'over';
    attempt += 1;
  }
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
