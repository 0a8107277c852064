import { stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { lineIn } from './call-site.ts';
import { type DeploymentSpec, isDeployment } from './deployment.ts';
import { LoadError, ScriptError } from './errors.ts';
import { type Candidates, candidatesOf, exportNameOf, exportsOf, findFlow, findOnlyFlow } from './find-flow.ts';
import { definitionOf, type Flow } from './flow.ts';
import { type FlowScript, isFlowScript } from './flow-script.ts';
import { whileLoading } from './loading.ts';
import { isPackageManifest, type PackageManifest } from './package-manifest.ts';

/** A deployment as found in a file: of a flow that is to be packaged, or of one that is packaged already. */
export type LoadedDeployment = Loaded &
  (LoadedFlow | { readonly manifest: PackageManifest; readonly flow?: undefined });

interface Loaded {
  readonly spec: DeploymentSpec;
  /** Its own or, where it has none, its flow's. */
  readonly name: string;
  readonly flowName: string;
  /** Absolute path of the file that the deployment is defined in. */
  readonly definedIn: string;
  /** Where in that file; undefined where it is made by another one. */
  readonly line?: number | undefined;
}

/** A flow, with what is known of its place. */
export interface LoadedFlow {
  /** The flow itself, also where the deployment names it. */
  readonly flow: Flow;
  /** Absolute path of the file that the flow is in. */
  readonly file: string;
  /** Under which name that file exports it; undefined where it doesn't. */
  readonly exportName: string | undefined;
  readonly manifest?: undefined;
}

// The module system gives a file's module once per process, and what it constructs is seen only then.
const definedBefore = new WeakMap<object, Definitions>();

/** What a module defines. */
interface Definitions {
  readonly deployments: readonly DeploymentSpec[];
  readonly flows: Candidates;
  /** The module; undefined for YAML. */
  readonly module: object | undefined;
}

/**
 * Reads a YAML file, or imports a TypeScript or JavaScript file, and gives the deployments that it constructs while it is
 * loaded, in their order, and any others that it exports. Flows are not run: one called at top level is skipped, with a
 * warning. Of a file that a FlowScript names only the flow is taken.
 *
 * Throws a {@link ScriptError} if a file throws (it keeps the stack), a {@link LoadError} if there is no such file or
 * no deployment in it, a FlowNotFoundError if one names a flow that is not there.
 *
 * @param options.warn takes warnings; default: `console.warn`
 * @param options.onScript told of each file that a FlowScript names, before it is loaded
 */
export async function loadDeployments(
  path: string,
  options: { readonly warn?: (message: string) => void; readonly onScript?: (file: string) => void } = {},
): Promise<readonly LoadedDeployment[]> {
  const warn = options.warn ?? ((message: string) => console.warn(message));
  const definedIn = resolve(path);
  const own = isYaml(definedIn) ? await readYaml(definedIn) : await loadFile(definedIn, warn);
  const { deployments } = own;
  if (deployments.length === 0)
    throw new LoadError(`no deployment was found in ${definedIn}: it neither exports nor constructs one`);
  const loaded: LoadedDeployment[] = [];
  for (const spec of deployments) {
    const line = lineIn(definedIn, spec.madeAt);
    if (isPackageManifest(spec.flow)) {
      const flowName = spec.flow.flow_name;
      loaded.push({ spec, name: spec.name ?? flowName, flowName, definedIn, line, manifest: spec.flow });
      continue;
    }
    const found = isFlowScript(spec.flow)
      ? await loadScript(spec.flow, { namedBy: definedIn, warn, onScript: options.onScript })
      : inModule(ownFlow(spec.flow, own.flows, definedIn), own.module, definedIn);
    const flowName = definitionOf(found.flow).name;
    loaded.push({ spec, name: spec.name ?? flowName, flowName, definedIn, line, ...found });
  }
  return loaded;
}

function inModule(flow: Flow, module: object | undefined, file: string): LoadedFlow {
  return { flow, file, exportName: module && exportNameOf(module, flow) };
}

type Warn = (message: string) => void;

function ownFlow(flow: Flow | string, flows: Candidates, file: string): Flow {
  if (typeof flow === 'string') return findFlow(flow, flows, file);
  // A run finds its flow by name in this very file, so that must be unambiguous.
  if (findFlow(flow.name, flows, file) !== flow)
    throw new LoadError(`${file} has several flows named '${flow.name}'; their names must differ`);
  return flow;
}

interface ScriptOptions {
  readonly namedBy: string;
  readonly warn: Warn;
  readonly onScript?: ((file: string) => void) | undefined;
}

/** The flow of a {@link FlowScript}. @param options.namedBy the file that names it, from which relative paths count */
export async function loadScript(
  { path, name }: FlowScript,
  { namedBy, warn, onScript }: ScriptOptions,
): Promise<LoadedFlow> {
  const file = resolve(dirname(namedBy), path);
  onScript?.(file);
  await requireFile(file, `, which ${namedBy} names`);
  const { flows, module } = await loadFile(file, warn);
  return inModule(name === undefined ? findOnlyFlow(flows, file) : findFlow(name, flows, file), module, file);
}

function isYaml(file: string): boolean {
  return ['.yaml', '.yml'].includes(extname(file).toLowerCase());
}

async function readYaml(file: string): Promise<Definitions> {
  await requireFile(file);
  const { readYamlDeployments } = await import('./yaml/read-yaml-deployments.ts');
  return { deployments: await readYamlDeployments(file), flows: { exported: [], defined: [] }, module: undefined };
}

async function requireFile(file: string, why = ''): Promise<void> {
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) throw new LoadError(`there is no file ${file}${why}`);
}

async function loadFile(file: string, warn: Warn): Promise<Definitions> {
  await requireFile(file);
  const flowCalled = (name: string) =>
    warn(`${file} calls the flow '${name}' at its top level; this call was skipped, since loading never runs flows`);
  const createCalled = (name: string) =>
    warn(`${file} creates the deployment '${name}' at its top level; this was skipped, since loading creates nothing`);
  return whileLoading({ flowCalled, createCalled }, async (loading) => {
    const module = await importFile(file);
    const before = definedBefore.get(module);
    if (before) return before;
    const definitions = {
      deployments: [...new Set([...loading.deployments, ...exportsOf(module, isDeployment)])],
      flows: candidatesOf(module, loading.flows),
      module,
    };
    definedBefore.set(module, definitions);
    return definitions;
  });
}

async function importFile(file: string): Promise<object> {
  // Loaded only by those who load other people's code.
  const { useUserCode } = await import('./user-code/hooks.ts');
  useUserCode();
  try {
    return (await import(pathToFileURL(file).href)) as object;
  } catch (cause) {
    throw new ScriptError(file, cause);
  }
}
