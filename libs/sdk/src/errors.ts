/** Something in a definition (flow, deployment, schedule) that can't be used; the message names it. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
}

/** A file whose deployments can't be loaded. */
export class LoadError extends Error {
  override readonly name: string = 'LoadError';
}

/** The file threw while it was loaded; `cause` is what it threw, and `stack` ends with where. */
export class ScriptError extends LoadError {
  override readonly name = 'ScriptError';

  constructor(file: string, cause: unknown) {
    super(`${file} failed while it was loaded: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    if (cause instanceof Error && cause.stack) this.stack = `${this.name}: ${this.message}\n${cause.stack}`;
  }
}

/** A flow that was asked for by name is not there. */
export class FlowNotFoundError extends LoadError {
  override readonly name = 'FlowNotFoundError';
  /** The names of the flows that are there, sorted. */
  readonly found: readonly string[];

  constructor(file: string, wanted: string, found: readonly string[]) {
    const sorted = [...found].sort();
    const those = sorted.length > 0 ? `found: ${sorted.map((name) => `'${name}'`).join(', ')}` : 'no flow was found';
    super(`there is no flow named '${wanted}' in ${file}; ${those}`);
    this.found = sorted;
  }
}

/** One thing that is wrong with parameters. */
export interface ParameterIssue {
  /** Where, as `items.0.name`; empty for the parameters as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Parameters that don't fit a flow's schema. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';
  readonly issues: readonly ParameterIssue[];

  constructor(flowName: string, issues: readonly ParameterIssue[]) {
    const listed = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message));
    super(`invalid parameters for the flow '${flowName}': ${listed.join('; ')}`);
    this.issues = issues;
  }
}

/** Something was asked for that exists only while a flow runs. */
export class MissingContextError extends Error {
  override readonly name = 'MissingContextError';
}

/** No server is there that a called flow could be reported to; the message says what to do. */
export class NoServerError extends Error {
  override readonly name = 'NoServerError';

  /** @param advice sentences that say what to do */
  constructor(what: string, advice: readonly string[], options?: ErrorOptions) {
    super([`${what}.`, ...advice].join(' '), options);
  }
}

/** The server ended the run of a called flow, or would not let it begin. */
export class RunStoppedError extends Error {
  override readonly name = 'RunStoppedError';
  readonly flowRunId: string;

  constructor(flowName: string, flowRunId: string, why: string) {
    super(`the run ${flowRunId} of the flow '${flowName}' was stopped: ${why}`);
    this.flowRunId = flowRunId;
  }
}
