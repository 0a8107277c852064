import { importsOf, resolveImport, type Target } from '../imports.ts';
import { type Unreachable, unreachable } from '../policy/reach.ts';
import { type Finding, isWithin, type Rule } from '../rule.ts';
import type { SourceFile, Workspace } from '../workspace.ts';
import { tagsOf } from './tags.ts';

export const reach: Rule = {
  name: 'reach',
  says: 'What the SDK, the agent and the browser load, at any remove, never includes the database, nor Node in a browser.',
  *check(workspace) {
    for (const limit of [...unreachable, ...browserLimits(workspace)]) yield* beyond(workspace, limit);
  },
};

/** A project that runs in browsers loads nothing of Node, nor of a project that needs it. */
function browserLimits({ projects }: Workspace): Unreachable[] {
  const ofNode = [...projects.values()].filter((project) => project.root && tagsOf(project, 'env').includes('node'));
  return [...projects.values()]
    .filter((project) => tagsOf(project, 'env').includes('browser'))
    .map(({ name, root }) => ({
      name: `${name} (env:browser)`,
      from: [`${root}/src/`],
      files: ofNode.map((project) => `${project.root}/`),
      builtins: true,
      instead: 'use what is made for browsers, such as @millrace/rpc/fetch-client',
    }));
}

/** One finding for each import, in the places that are limited or below, that leads to what must not be reached. */
function* beyond(workspace: Workspace, limit: Unreachable): Iterable<Finding> {
  const starts = workspace.files.filter((file) => !file.isTest && isWithin(file.path, limit.from));
  const cameFrom = new Map<SourceFile, SourceFile | undefined>(starts.map((file) => [file, undefined]));
  // A map gives what is added to it while it is gone through.
  for (const [file] of cameFrom)
    for (const { specifier, line, isType } of importsOf(file)) {
      if (isType) continue;
      const target = resolveImport(workspace, file, specifier);
      const bad = forbidden(limit, target);
      if (bad) {
        const message = `${limit.name} loads ${bad}${by(cameFrom, file)}; ${limit.instead}`;
        yield { path: file.path, line, message };
        continue;
      }
      const next = 'path' in target && target.path !== undefined ? workspace.fileAt.get(target.path) : undefined;
      if (next && !cameFrom.has(next)) cameFrom.set(next, file);
    }
}

function forbidden(limit: Unreachable, target: Target): string | undefined {
  if (target.kind === 'builtin') return limit.builtins && `node:${target.name}`;
  const path = 'path' in target ? target.path : undefined;
  return path !== undefined && isWithin(path, limit.files) ? path : undefined;
}

/** How a file came to be loaded. */
function by(cameFrom: ReadonlyMap<SourceFile, SourceFile | undefined>, file: SourceFile): string {
  const chain: string[] = [];
  for (let at: SourceFile | undefined = file; at; at = cameFrom.get(at)) chain.unshift(at.path);
  return chain.length > 1 ? `, by ${chain.join(' → ')}` : '';
}
