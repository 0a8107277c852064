import type { Clock } from '@millrace/clock';
import { ParameterError } from '../errors.ts';
import type { FlowDefinition } from '../flow.ts';
import { validateParameters } from '../parameter-schema.ts';
import { type RunContext, withRunContext } from '../run-context.ts';
import type { EngineState } from './ipc.ts';
import { levels, type RunLog } from './run-log.ts';
import { describe, errorData, printed, resultData } from './state-data.ts';

/** What an attempt needs. */
export interface AttemptOptions {
  readonly clock: Clock;
  readonly log: RunLog;
  readonly load: () => Promise<FlowDefinition>;
  /** The run's parameters, as the flow may have and change them. */
  readonly parameters: () => Readonly<Record<string, unknown>>;
  /** What the flow knows of its run. */
  readonly context: (signal: AbortSignal) => RunContext;
  /** Aborts the flow's signal besides its timeout. Default: nothing does. */
  readonly stop?: AbortSignal;
}

/** What became of an attempt: the state for the server, and what the function itself gave or threw. */
export interface Attempted {
  readonly state: EngineState;
  readonly result?: unknown;
  /** Present where the state is not COMPLETED. */
  readonly thrown?: { readonly error: unknown };
}

/** Runs a flow once, from loading its code to what became of it. Never rejects. */
export async function attemptFlow(options: AttemptOptions): Promise<Attempted> {
  const { clock, log } = options;
  const failed = (message: string, error: unknown): EngineState => {
    const { name, message: said } = describe(error);
    log.write(levels.error, 'engine', `${message}\n${printed(error)}`);
    return { type: 'FAILED', message: `${message} ${name}: ${said}`, data: errorData(error), timestamp: clock.now() };
  };

  let definition: FlowDefinition;
  let parameters: unknown;
  try {
    definition = await options.load();
  } catch (error) {
    // Node keeps what an import threw, and throws it again.
    return { state: { ...failed('The flow could not be loaded.', error), endsProcess: true }, thrown: { error } };
  }
  try {
    parameters = await validateParameters(definition.name, definition.parameters, options.parameters());
  } catch (error) {
    const what = error instanceof ParameterError ? 'Invalid parameters.' : 'The parameters could not be checked.';
    return { state: failed(what, error), thrown: { error } };
  }
  try {
    const outcome = await runWithin(definition, parameters, options);
    if (outcome.timedOut) return timedOut(definition, outcome.goesOn, options);
    const { result } = outcome;
    return { state: { type: 'COMPLETED', ...resultData(result), timestamp: clock.now() }, result };
  } catch (error) {
    return { state: failed('The flow threw an error.', error), thrown: { error } };
  }
}

function timedOut({ name, timeoutMs }: FlowDefinition, goesOn: boolean, { clock, log }: AttemptOptions): Attempted {
  const message = `The attempt took longer than its timeout of ${timeoutMs} ms.`;
  log.write(levels.error, 'engine', message);
  const state: EngineState = { type: 'FAILED', name: 'TimedOut', message, timestamp: clock.now() };
  return {
    // User code that goes on must not have another attempt beside it.
    state: goesOn ? { ...state, endsProcess: true } : state,
    thrown: { error: timeoutError(name, timeoutMs) },
  };
}

function timeoutError(flowName: string, timeoutMs: number | undefined): DOMException {
  return new DOMException(`the flow '${flowName}' took longer than its timeout of ${timeoutMs} ms`, 'TimeoutError');
}

type Outcome =
  /** `goesOn`: the function had not ended when this was said. */
  { readonly timedOut: true; readonly goesOn: boolean } | { readonly timedOut: false; readonly result: unknown };

// What a function has to end after its signal.
const endingMs = 1_000;

async function runWithin(definition: FlowDefinition, parameters: unknown, options: AttemptOptions): Promise<Outcome> {
  const { clock } = options;
  const { timeoutMs } = definition;
  const aborting = new AbortController();
  const signal = options.stop ? AbortSignal.any([aborting.signal, options.stop]) : aborting.signal;
  const context = options.context(signal);
  const startedAt = clock.now();
  const timedOut = Promise.withResolvers<'timed out'>();
  const deadline = timeoutMs === undefined ? undefined : startDeadline(clock, startedAt + timeoutMs, timeOut);
  function timeOut() {
    timedOut.resolve('timed out');
    aborting.abort(timeoutError(definition.name, timeoutMs));
  }
  try {
    const call = async () => definition.fn(parameters, context);
    const running = withRunContext(context, call).then((result) => ({ result }));
    const first = await Promise.race([running, timedOut.promise]);
    // Code that never yielded came back before the timer could fire.
    if (timeoutMs !== undefined && clock.now() - startedAt > timeoutMs) timeOut();
    if (first !== 'timed out' && !aborting.signal.aborted) return { timedOut: false, result: first.result };
    return { timedOut: true, goesOn: first === 'timed out' && !(await endsWithin(endingMs, running, clock)) };
  } finally {
    deadline?.cancel();
  }
}

async function endsWithin(ms: number, running: Promise<unknown>, clock: Clock): Promise<boolean> {
  const late = new AbortController();
  const ended = running.then(
    () => true,
    () => true,
  );
  const result = await Promise.race([ended, clock.sleep(ms, late.signal).then(() => false)]);
  late.abort();
  return result;
}

// A clock may fire early where a delay is longer than its timers can be.
function startDeadline(clock: Clock, at: number, fire: () => void): { cancel(): void } {
  let timer = clock.setTimer(at - clock.now(), look);
  function look() {
    if (clock.now() < at) timer = clock.setTimer(at - clock.now(), look);
    else fire();
  }
  return { cancel: () => timer.cancel() };
}
