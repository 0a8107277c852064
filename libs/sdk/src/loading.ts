import type { DeploymentSpec } from './deployment.ts';
import type { Flow } from './flow.ts';

/** What a file defines while it is being loaded. */
export interface Loading {
  readonly flows: Set<Flow>;
  readonly deployments: Set<DeploymentSpec>;
  /** Called for a flow that the file called at its top level; the call is skipped. */
  readonly flowCalled: (flowName: string) => void;
  /** Called for a deployment that the file asked to be created at its top level; it is not. */
  readonly createCalled: (deploymentName: string) => void;
  /** Settles when the load is over. */
  readonly finished: Promise<void>;
}

// On globalThis under a registered symbol, since a CLI and the file that it loads may each have a copy of this package.
const key = Symbol.for('millrace.loading');
const holder = globalThis as { [key]?: Loading | undefined };

/** The load that is under way, if any. */
export function currentLoading(): Loading | undefined {
  return holder[key];
}

/** Runs `load`, gathering what is defined meanwhile. One load at a time: another waits. */
export async function whileLoading<T>(
  { flowCalled, createCalled }: Pick<Loading, 'flowCalled' | 'createCalled'>,
  load: (loading: Loading) => Promise<T>,
): Promise<T> {
  for (let other = holder[key]; other; other = holder[key]) await other.finished;
  const { promise: finished, resolve } = Promise.withResolvers<void>();
  const loading: Loading = { flows: new Set(), deployments: new Set(), flowCalled, createCalled, finished };
  holder[key] = loading;
  try {
    return await load(loading);
  } finally {
    holder[key] = undefined;
    resolve();
  }
}
