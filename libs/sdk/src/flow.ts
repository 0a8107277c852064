import type { JsonObject } from '@millrace/packaging';
import { callFlow } from './call-flow.ts';
import { type CallSite, callSite } from './call-site.ts';
import { type Duration, parseDuration } from './durations.ts';
import { DefinitionError } from './errors.ts';
import { currentLoading } from './loading.ts';
import { checkName, kebabCase } from './names.ts';
import type { InputOf, OutputOf, ParameterSchema } from './parameter-schema.ts';
import type { RunContext } from './run-context.ts';

/** How a flow is to be run. */
export interface FlowOptions {
  /** Unique among all flows of a server: 1 to 255 characters, none of `/ % & > <`. Default: the function's name in kebab-case. */
  readonly name?: string;
  /** For people: which version of the code this is; found on the flow as `version`. */
  readonly version?: string;
  /** Further attempts after one that failed or crashed, 0 to 1,000. Default 0. */
  readonly retries?: number;
  /** The delay before each further attempt; of a list, the last one is repeated. Default: none. */
  readonly retryDelay?: Duration | readonly Duration[];
  /**
   * How long an attempt may take; then `ctx.signal` is aborted, and the attempt is FAILED, named TimedOut, once the function
   * has ended, or a second later. Default: no limit.
   */
  readonly timeout?: Duration;
  /** Whether what the flow writes to `console` becomes log records of its run; it is printed either way. Default true. */
  readonly logPrints?: boolean;
}

/** A flow's function: gets the parameters in one object, and the context of the run. */
export type FlowFunction<Parameters, Result> = (parameters: Parameters, context: RunContext) => Result;

/** What is known of a flow, its options made whole. */
export interface FlowDefinition {
  readonly name: string;
  readonly version: string | undefined;
  readonly parameters: ParameterSchema | undefined;
  readonly retries: number;
  /** Milliseconds. */
  readonly retryDelays: readonly number[];
  readonly timeoutMs: number | undefined;
  readonly logPrints: boolean;
  /** Where `flow` was called. */
  readonly madeAt: CallSite;
  readonly fn: FlowFunction<unknown, unknown>;
}

// By a registered symbol and never by instanceof: a global CLI and a project's own copy of this package mix.
const flowKey = Symbol.for('millrace.flow');

/**
 * A flow. Calling it runs its function here and now, as a run that the server is told of: the one that the settings name, or
 * that is found on this machine; else one is started, where `@millrace/server` is installed. Its result is given, or what
 * its last attempt threw is thrown. Throws a NoServerError where there is no server. In unit tests `withoutServer` of
 * `millrace/testing` does without.
 */
export interface Flow<Input = never, Result = unknown> {
  (parameters?: Input): Promise<Awaited<Result>>;
  readonly name: string;
  readonly version: string | undefined;
  readonly [flowKey]: FlowDefinition;
}

/**
 * Makes a flow of a function.
 *
 * ```ts
 * export const helloWorld = flow('hello-world', async ({ name = 'world' }: { name?: string }) => {
 *   console.log(`Hello ${name}!`);
 * });
 * ```
 *
 * With `parameters`, a schema (zod or another Standard Schema), parameters are validated and coerced before the function
 * sees them. Throws a {@link DefinitionError} on options that can't be used.
 */
export function flow<S extends ParameterSchema, Result>(
  options: FlowOptions & { readonly parameters: S },
  fn: FlowFunction<OutputOf<S>, Result>,
): Flow<InputOf<S>, Result>;
export function flow<Parameters extends object, Result>(
  nameOrOptions: string | (FlowOptions & { readonly parameters?: undefined }),
  fn: FlowFunction<Parameters, Result>,
): Flow<Parameters, Result>;
export function flow(
  nameOrOptions: string | (FlowOptions & { readonly parameters?: ParameterSchema | undefined }),
  fn: FlowFunction<never, unknown>,
): Flow {
  const options = typeof nameOrOptions === 'string' ? { name: nameOrOptions } : nameOrOptions;
  const definition: FlowDefinition = { ...define(options, fn), madeAt: callSite(flow) };
  const handle = (parameters?: JsonObject) => {
    const loading = currentLoading();
    if (!loading) return callFlow(definition, parameters ?? {});
    loading.flowCalled(definition.name);
    return Promise.resolve(undefined);
  };
  const made = Object.defineProperties(handle, {
    name: { value: definition.name },
    version: { value: definition.version, enumerable: true },
    [flowKey]: { value: definition },
  }) as unknown as Flow;
  currentLoading()?.flows.add(made);
  return made;
}

/** Whether a value is a flow, made by whichever copy of this package. */
export function isFlow(value: unknown): value is Flow {
  return typeof value === 'function' && flowKey in value;
}

/** What a flow was made of. */
export function definitionOf(flow: Flow): FlowDefinition {
  return flow[flowKey];
}

const optionNames = ['name', 'version', 'parameters', 'retries', 'retryDelay', 'timeout', 'logPrints'];

function define(
  options: FlowOptions & { readonly parameters?: ParameterSchema | undefined },
  fn: FlowFunction<never, unknown>,
): Omit<FlowDefinition, 'madeAt'> {
  if (typeof fn !== 'function') throw new DefinitionError('a flow needs a function');
  if (typeof options !== 'object' || options === null)
    throw new DefinitionError('a flow needs a name or options before its function');
  const unknown = Object.keys(options).find((name) => !optionNames.includes(name));
  if (unknown !== undefined)
    throw new DefinitionError(`a flow has no option '${unknown}'; it has ${optionNames.join(', ')}`);
  const name = options.name ?? kebabCase(fn.name);
  if (options.name === undefined && !name)
    throw new DefinitionError('a flow needs a name: give the option `name`, or a function that has one');
  checkName('a flow', name);
  const { retries = 0, parameters, version } = options;
  if (!Number.isInteger(retries) || retries < 0 || retries > 1000)
    throw new DefinitionError(`flow '${name}': retries must be a whole number from 0 to 1000, not ${retries}`);
  if (parameters !== undefined && typeof parameters['~standard']?.validate !== 'function')
    throw new DefinitionError(`flow '${name}': parameters must be a Standard Schema, such as zod's`);
  const timeoutMs = options.timeout === undefined ? undefined : parseDuration(options.timeout);
  if (timeoutMs === 0) throw new DefinitionError(`flow '${name}': the timeout must be longer than 0`);
  return {
    name,
    version,
    parameters,
    retries,
    retryDelays: retryDelays(options.retryDelay, name),
    timeoutMs,
    logPrints: options.logPrints ?? true,
    fn: fn as FlowFunction<unknown, unknown>,
  };
}

function retryDelays(delay: FlowOptions['retryDelay'], name: string): number[] {
  if (delay === undefined) return [];
  const delays = typeof delay === 'object' ? delay : [delay];
  if (delays.length > 100) throw new DefinitionError(`flow '${name}': at most 100 retry delays are accepted`);
  return delays.map(parseDuration);
}
