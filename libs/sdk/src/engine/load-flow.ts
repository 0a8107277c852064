import { join } from 'node:path';
import { cwd, features, setSourceMapsEnabled } from 'node:process';
import { pathToFileURL } from 'node:url';
import { ScriptError } from '../errors.ts';
import { candidatesOf, findFlow } from '../find-flow.ts';
import { definitionOf, type FlowDefinition, isFlow } from '../flow.ts';
import { whileLoading } from '../loading.ts';
import type { LoadableFlow } from './ipc.ts';
import { moduleNamed, type ResolvePackages } from './resolve-packages.ts';

/** What {@link loadFlow} needs besides the package. */
export interface LoadOptions {
  /** Told of flows that the module calls at its top level; such calls are skipped. */
  readonly warn: (message: string) => void;
  /** Told where the package's modules lie, before the first is imported. */
  readonly resolvePackages: ResolvePackages;
  /** Where the deployments app is, which has the documents of packages. */
  readonly deploymentsUrl: string;
}

/**
 * Imports a package and gives its flow. Throws a ScriptError where its module throws, a FlowNotFoundError where it has no
 * such flow, a PackagingError where the package can't be opened.
 */
export async function loadFlow(loadable: LoadableFlow, options: LoadOptions): Promise<FlowDefinition> {
  if ('directory' in loadable) {
    options.resolvePackages(loadable.directory, cwd());
    if (/^bundle\.mjs$/.test(loadable.entry)) setSourceMapsEnabled(true);
    // Node before 22.18 does not take types away by itself.
    else if (!features.typescript) await takeUserCode();
    const url = pathToFileURL(join(loadable.directory, loadable.entry)).href;
    return find(loadable, { url, shown: loadable.entry }, options);
  }
  options.resolvePackages(undefined, cwd());
  await takeUserCode();
  if ('reference' in loadable) {
    const { module } = loadable.reference;
    return find(loadable, { url: moduleNamed(module, cwd()), shown: module }, options);
  }
  const { openCustomPackage } = await import('@millrace/packaging');
  const opened = await openCustomPackage(loadable, {
    importModule: (module) => import(moduleNamed(module, cwd())),
    async fetchDocument(document) {
      const { fetchDocument } = await import('./fetch-document.ts');
      return fetchDocument(options.deploymentsUrl, document);
    },
  });
  return loadFlow(opened, options);
}

// Loaded only where it is needed: packages as they are made run without it on a Node that knows types.
async function takeUserCode(): Promise<void> {
  const { useUserCode } = await import('../user-code/hooks.ts');
  useUserCode();
}

interface Source {
  readonly url: string;
  /** For messages. */
  readonly shown: string;
}

function find(loadable: LoadableFlow, { url, shown }: Source, { warn }: LoadOptions): Promise<FlowDefinition> {
  const flowCalled = (name: string) => warn(`a call of the flow '${name}' while loading was skipped`);
  const createCalled = (name: string) => warn(`creating the deployment '${name}' while loading was skipped`);
  return whileLoading({ flowCalled, createCalled }, async (loading) => {
    const module: object = await import(url).catch((cause: unknown) => {
      throw new ScriptError(shown, cause);
    });
    const exported = 'reference' in loadable && exportOf(module, loadable.reference.export);
    if (isFlow(exported)) return definitionOf(exported);
    return definitionOf(findFlow(loadable.flowName, candidatesOf(module, loading.flows), shown));
  });
}

function exportOf(module: object, name: string): unknown {
  const exports = module as Readonly<Record<string, unknown>>;
  const commonJs = exports.default as Readonly<Record<string, unknown>> | null | undefined;
  return exports[name] ?? (typeof commonJs === 'object' ? commonJs?.[name] : undefined);
}
