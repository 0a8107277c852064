import type { JsonObject } from '@millrace/packaging';
import { DefinitionError } from './errors.ts';

/** Where runs are executed. */
export interface FlowRunner {
  /** The runner's type, by which agents know it and queues select. */
  readonly type: string;
  /** Its options; keys are snake_case. */
  readonly config: JsonObject;
}

/** Whatever the agent has: a subprocess. What runs of a deployment get if nothing else is said. */
export class UniversalFlowRunner implements FlowRunner {
  readonly type = 'universal';
  readonly config: JsonObject = {};
}

/** Options of a subprocess. */
export interface SubprocessConfig {
  /** Variables to be set, over those of the agent. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folder to start in, on the agent's machine; packages that the flow imports are looked for from here. Default: the agent's. */
  readonly working_directory?: string;
}

/** A process on the agent's machine. */
export class SubprocessFlowRunner implements FlowRunner {
  readonly type = 'subprocess';
  readonly config: JsonObject;

  constructor(config: SubprocessConfig = {}) {
    const unknown = Object.keys(config).find((key) => key !== 'env' && key !== 'working_directory');
    if (unknown !== undefined)
      throw new DefinitionError(`the subprocess runner has no option '${unknown}'; it has env and working_directory`);
    const { env, working_directory } = config;
    for (const [name, value] of Object.entries(env ?? {}))
      if (typeof value !== 'string') throw new DefinitionError(`the subprocess runner's env.${name} must be a string`);
    if (working_directory !== undefined && typeof working_directory !== 'string')
      throw new DefinitionError("the subprocess runner's working_directory must be a string");
    this.config = { ...(env && { env: { ...env } }), ...(working_directory !== undefined && { working_directory }) };
  }
}
