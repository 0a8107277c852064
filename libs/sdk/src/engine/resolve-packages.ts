import { realpathSync } from 'node:fs';
import { createRequire, isBuiltin, registerHooks } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const engineUrl = import.meta.url;

/**
 * Lets the modules below `directory` (a cache folder without any node_modules) import packages: they are looked for from
 * `workingDirectory`, then from the engine, so that `millrace` itself is always there. Replaces what was said before. Without a directory nothing is
 * special but the modules that {@link moduleNamed} names.
 */
export type ResolvePackages = (directory: string | undefined, workingDirectory: string) => void;

// What the engine itself imports for the user begins so.
const asked = 'millrace-module:';

/** To be called once in a process. */
export function packageResolver(): ResolvePackages {
  let root: string | undefined;
  let here = '';
  let workingDirectory = '';
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (specifier.startsWith(asked))
        return nextResolve(specifier.slice(asked.length), { ...context, parentURL: here });
      if (root === undefined || !context.parentURL?.startsWith(root) || !isBare(specifier))
        return nextResolve(specifier, context);
      // To a module that is required Node 22 and 24 give a Set there.
      const isRequire = [...context.conditions].includes('require');
      for (const parentURL of [here, engineUrl]) {
        try {
          if (isRequire) return { url: required(specifier, parentURL), shortCircuit: true };
          return nextResolve(specifier, { ...context, parentURL });
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
      }
      throw new PackageNotFoundError(specifier, fileURLToPath(context.parentURL), [
        workingDirectory,
        dirname(fileURLToPath(engineUrl)),
      ]);
    },
  });
  return (directory, from) => {
    root = directory === undefined ? undefined : `${pathToFileURL(realpathSync(directory)).href}/`;
    here = pathToFileURL(join(from, 'import.js')).href;
    workingDirectory = from;
  };
}

/** What to import for a module that is named as from the working directory: a package, or a path. */
export function moduleNamed(module: string, workingDirectory: string): string {
  const isPath = /^\.{0,2}\//.test(module);
  return isPath ? pathToFileURL(resolve(workingDirectory, module)).href : `${asked}${module}`;
}

/** A package that a flow imports and that is not installed where it runs. */
class PackageNotFoundError extends Error {
  override readonly name = 'PackageNotFoundError';
  readonly code = 'ERR_MODULE_NOT_FOUND';

  constructor(specifier: string, importer: string, places: readonly string[]) {
    super(
      `the package of '${specifier}', imported by ${importer}, was not found; it was looked for from the working ` +
        `directory ${places[0]} and from the agent (${places[1]})`,
    );
  }
}

function isBare(specifier: string): boolean {
  return !/^([./#]|[a-z][a-z0-9+.-]*:)/i.test(specifier) && !isBuiltin(specifier);
}

function required(specifier: string, parentUrl: string): string {
  return pathToFileURL(createRequire(parentUrl).resolve(specifier)).href;
}

function isNotFound(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
