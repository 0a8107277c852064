import { readFileSync, statSync } from 'node:fs';
import { type LoadHookSync, type ResolveHookSync, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolveAlias, sourcesMeant, transformTypeScript } from '@millrace/packaging/user-code';

// On globalThis under a registered symbol: a CLI and a project may each have a copy of this package.
const key = Symbol.for('millrace.user-code');
const holder = globalThis as { [key]?: boolean };

/**
 * Lets this process import a user's modules as they are: TypeScript with syntax that is more than types, imports without
 * extensions or with `.js` for a `.ts`, path aliases of tsconfig.json. What Node can do alone it does alone.
 */
export function useUserCode(): void {
  if (holder[key]) return;
  holder[key] = true;
  // Node before 22.18: all is transformed, and so on other lines than in its file.
  if (!process.features.typescript) process.setSourceMapsEnabled(true);
  registerHooks({ resolve: resolveMeant });
}

let loadsTypeScript = false;

const resolveMeant: ResolveHookSync = (specifier, context, nextResolve) => {
  const resolved = resolveAsMeant(specifier, context, nextResolve);
  // Not before there is some: where files pass a hook as they are loaded, Node 22 and 24 link no ES module, such as this
  // package, that one of them requires.
  if (!loadsTypeScript && typeScript.test(resolved.url)) {
    loadsTypeScript = true;
    registerHooks({ load: loadTransformed });
  }
  return resolved;
};

const resolveAsMeant: ResolveHookSync = (specifier, context, nextResolve) => {
  try {
    return nextResolve(specifier, context);
  } catch (error) {
    const url = isNotFound(error) ? meantBy(specifier, context.parentURL) : undefined;
    if (url === undefined) throw error;
    return nextResolve(url, context);
  }
};

function meantBy(specifier: string, parentUrl: string | undefined): string | undefined {
  if (!parentUrl?.startsWith('file:') || parentUrl.includes('/node_modules/')) return undefined;
  const isRelative = /^\.{1,2}(\/|$)/.test(specifier);
  const paths = isRelative
    ? [fileURLToPath(new URL(specifier, parentUrl))]
    : resolveAlias(specifier, fileURLToPath(parentUrl));
  for (const path of paths)
    for (const candidate of [path, ...sourcesMeant(path), `${path}/index.ts`, `${path}/index.js`])
      if (isFile(candidate)) return pathToFileURL(candidate).href;
  return undefined;
}

const typeScript = /^file:.*\.[cm]?ts$/;

const loadTransformed: LoadHookSync = (url, context, nextLoad) => {
  if (!typeScript.test(url)) return nextLoad(url, context);
  const file = fileURLToPath(url);
  const source = readFileSync(file, 'utf8');
  if (isStrippable(file, source)) return nextLoad(url, context);
  const isCommonJs = file.endsWith('.cts') || (context.format ?? '').startsWith('commonjs');
  return { format: isCommonJs ? 'commonjs' : 'module', source: transformTypeScript(file, source), shortCircuit: true };
};

/**
 * Whether Node can be left to run it: it only takes types away, and none at all below node_modules. Where it only looks as
 * if it could not (in a comment, say), esbuild does it just as well.
 */
function isStrippable(file: string, source: string): boolean {
  return (
    Boolean(process.features.typescript) &&
    !file.includes('/node_modules/') &&
    !moreThanTypes.some((p) => p.test(source))
  );
}

const moreThanTypes: readonly RegExp[] = [
  /\b(enum|namespace|module)\s+[\w$"']/,
  /\bimport\s+[\w$]+\s*=/,
  /\bexport\s*=/,
  // Parameter properties.
  /\b(public|private|protected|readonly|override)\s+[\w$]+\s*[?:,)=]/,
  // Decorators, which stripping leaves in place, and no engine of JavaScript runs yet.
  /^\s*@[\w$]/m,
  // Assertions in angle brackets.
  /[=(,:?&|\s]<[\w$.]+(\[\])?>\s*[\w$({['"`]/,
];

function isNotFound(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND' || code === 'ERR_UNSUPPORTED_DIR_IMPORT';
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
