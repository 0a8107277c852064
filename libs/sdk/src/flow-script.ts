import { DefinitionError } from './errors.ts';
import { checkName } from './names.ts';

// As with flows: copies of this package mix.
const scriptKey = Symbol.for('millrace.flow-script');

const optionNames = ['path', 'name'];

/**
 * A flow in another file than its deployment.
 *
 * ```ts
 * deployment({ flow: new FlowScript({ path: './hello.ts', name: 'hello-world' }), name: 'daily' });
 * ```
 *
 * Only the flow is taken from that file: deployments that it makes are not created with this one.
 */
export class FlowScript {
  readonly [scriptKey] = true;
  /** The file; relative paths count from the file that the deployment is defined in. */
  readonly path: string;
  /** The flow's name. Default: the file has one flow only, which is meant. */
  readonly name: string | undefined;

  constructor(options: { readonly path: string; readonly name?: string }) {
    const unknown = Object.keys(options).find((key) => !optionNames.includes(key));
    if (unknown !== undefined)
      throw new DefinitionError(`a FlowScript has no option '${unknown}'; it has ${optionNames.join(', ')}`);
    if (typeof options.path !== 'string' || options.path === '')
      throw new DefinitionError('a FlowScript needs the path of the file that its flow is in');
    this.path = options.path;
    this.name = options.name === undefined ? undefined : checkName('a flow', options.name);
  }
}

/** Whether a value is a {@link FlowScript}, made by whichever copy of this package. */
export function isFlowScript(value: unknown): value is FlowScript {
  return typeof value === 'object' && value !== null && scriptKey in value;
}
