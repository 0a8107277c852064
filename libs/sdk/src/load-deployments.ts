import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type DeploymentSpec, isDeployment } from './deployment.ts';
import { LoadError, ScriptError } from './errors.ts';
import { candidatesOf, exportsOf, findFlow } from './find-flow.ts';
import type { Flow } from './flow.ts';
import { whileLoading } from './loading.ts';

/** A deployment as found in a file. */
export interface LoadedDeployment {
  readonly spec: DeploymentSpec;
  /** The flow itself, also where the deployment names it. */
  readonly flow: Flow;
  /** Absolute path of the file. */
  readonly file: string;
}

// The module system gives a file's module once per process, and what it constructs is seen only then.
const loadedBefore = new WeakMap<object, readonly LoadedDeployment[]>();

/**
 * Imports a TypeScript or JavaScript file and gives the deployments that it constructs while it is loaded, in their
 * order, and any others that it exports. Flows are not run: one called at top level is skipped, with a warning.
 *
 * Throws a {@link ScriptError} if the file throws (it keeps the stack), a {@link LoadError} if there is no such file or
 * no deployment in it, a FlowNotFoundError if one names a flow that is not there.
 *
 * @param options.warn takes warnings; default: `console.warn`
 */
export async function loadDeployments(
  path: string,
  options: { readonly warn?: (message: string) => void } = {},
): Promise<readonly LoadedDeployment[]> {
  const file = resolve(path);
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) throw new LoadError(`there is no file ${file}`);
  const warn = options.warn ?? ((message: string) => console.warn(message));
  const flowCalled = (name: string) =>
    warn(`${file} calls the flow '${name}' at its top level; this call was skipped, since loading never runs flows`);

  return whileLoading(flowCalled, async (loading) => {
    const module = await importFile(file);
    const before = loadedBefore.get(module);
    if (before) return before;
    const specs = [...new Set([...loading.deployments, ...exportsOf(module, isDeployment)])];
    if (specs.length === 0)
      throw new LoadError(`no deployment was found in ${file}: it neither exports nor constructs one`);
    const candidates = candidatesOf(module, loading.flows);
    const loaded = specs.map((spec) => ({ spec, flow: flowOf(spec), file }));
    loadedBefore.set(module, loaded);
    return loaded;

    function flowOf(spec: DeploymentSpec): Flow {
      if (typeof spec.flow === 'string') return findFlow(spec.flow, candidates, file);
      // A run finds its flow by name in this very file, so that must be unambiguous.
      if (findFlow(spec.flow.name, candidates, file) !== spec.flow)
        throw new LoadError(`${file} has several flows named '${spec.flow.name}'; their names must differ`);
      return spec.flow;
    }
  });
}

async function importFile(file: string): Promise<object> {
  try {
    return (await import(pathToFileURL(file).href)) as object;
  } catch (cause) {
    throw new ScriptError(file, cause);
  }
}
