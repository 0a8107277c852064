import type { Graph } from '../graph.ts';
import { importsOf, resolveImport } from '../imports.ts';
import { manifestPath, type Rule } from '../rule.ts';
import type { Workspace } from '../workspace.ts';

export const cycles: Rule = {
  name: 'cycles',
  says: 'Projects do not depend on each other in a circle.',
  *check(workspace) {
    for (const cycle of findCycles(workspace.graph)) {
      const [from = '', to = ''] = cycle;
      const message = `these projects depend on each other in a circle: ${[...cycle, from].join(' → ')}; move what they share below them`;
      yield { ...firstUse(workspace, from, to), message };
    }
  },
};

/** One cycle for each edge that closes one, as seen by a walk in order. */
function findCycles(graph: Graph): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): void => {
    if (path.includes(name)) found.push(path.slice(path.indexOf(name)));
    if (done.has(name)) return;
    done.add(name);
    path.push(name);
    for (const target of graph.get(name) ?? []) visit(target);
    path.pop();
  };
  for (const name of graph.keys()) visit(name);
  return found;
}

function firstUse(workspace: Workspace, from: string, to: string): { path: string; line: number } {
  for (const file of workspace.files) {
    if (file.project.name !== from) continue;
    for (const { specifier, line } of importsOf(file)) {
      const target = resolveImport(workspace, file, specifier);
      if (target.kind === 'workspace' && target.project.name === to) return { path: file.path, line };
    }
  }
  const project = workspace.projects.get(from);
  return { path: project ? manifestPath(project) : 'package.json', line: 1 };
}
