import { AsyncLocalStorage } from 'node:async_hooks';
import { MissingContextError } from './errors.ts';

/** Writes to the log of the run. Messages are put together as `console.log` does: `%s` and the like are filled in. */
export interface RunLogger {
  trace(message: string, ...values: unknown[]): void;
  debug(message: string, ...values: unknown[]): void;
  info(message: string, ...values: unknown[]): void;
  warn(message: string, ...values: unknown[]): void;
  error(message: string, ...values: unknown[]): void;
  fatal(message: string, ...values: unknown[]): void;
}

/** Which run it is. */
export interface RunInfo {
  /** The flow run's id. */
  readonly id: string;
  /** The flow run's name. */
  readonly name: string;
  readonly flowName: string;
  /** Absent for a flow that was called from code. */
  readonly deploymentId: string | undefined;
  /** "flow/deployment"; absent with `deploymentId`. */
  readonly deploymentName: string | undefined;
  readonly tags: readonly string[];
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** Whether a server knows of the run: not of one within `withoutServer`. */
  readonly isReported: boolean;
}

/** What a flow knows of the run that it is in. */
export interface RunContext {
  /** Aborted when the flow is to end: its timeout is over. */
  readonly signal: AbortSignal;
  readonly logger: RunLogger;
  readonly run: RunInfo;
  /** When the run was meant to start. */
  readonly scheduledTime: Date;
  /** The run's parameters as they were given, before the schema saw them. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

// What a run's prints go to, where it does not share them with the rest of the process.
const printsKey = Symbol.for('millrace.run-prints');

type Prints = (level: number, message: string) => void;

/** The context with what its prints go to. */
export function withPrints(context: RunContext, prints: Prints): RunContext {
  return Object.defineProperty(context, printsKey, { value: prints });
}

/** Where the prints of a run go, if it says so. */
export function printsOf(context: RunContext | undefined): Prints | undefined {
  return (context as { readonly [printsKey]?: Prints } | undefined)?.[printsKey];
}

// On globalThis under a registered symbol: the engine and the flow may each have a copy of this package.
const key = Symbol.for('millrace.run-context');
const holder = globalThis as { [key]?: AsyncLocalStorage<RunContext> };

function storage(): AsyncLocalStorage<RunContext> {
  holder[key] ??= new AsyncLocalStorage<RunContext>();
  return holder[key];
}

/** Calls `call` so that {@link getRunContext} finds `context` in it, and in all that it awaits or starts. */
export function withRunContext<T>(context: RunContext, call: () => T): T {
  return storage().run(context, call);
}

/** The context of the flow that is running, or undefined outside of any. */
export function findRunContext(): RunContext | undefined {
  return holder[key]?.getStore();
}

/** The context of the flow that is running. Throws a {@link MissingContextError} outside of any. */
export function getRunContext(): RunContext {
  const context = findRunContext();
  if (!context) throw new MissingContextError('getRunContext() was called outside of a flow');
  return context;
}

/** The logger of the flow that is running. Throws a {@link MissingContextError} outside of any. */
export function getRunLogger(): RunLogger {
  const context = findRunContext();
  if (!context) throw new MissingContextError('getRunLogger() was called outside of a flow');
  return context.logger;
}
