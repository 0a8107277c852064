import { importsOf, resolveImport } from '../imports.ts';
import { type Finding, manifestPath, type Rule } from '../rule.ts';
import type { Project, Workspace } from '../workspace.ts';

// What no graph of this repository can be without; the rest is compared with the manifests and the sources.
const leastEdges = [
  ['@millrace/server', '@millrace/orchestrator'],
  ['@millrace/orchestrator', '@millrace/db'],
  ['@millrace/db', '@millrace/orchestration'],
  ['@millrace/agent', 'millrace'],
  ['millrace', '@millrace/contracts'],
] as const;

const remedy =
  'Nx sees no sources: `typescript` must be 6.0.x in package.json (it sees nothing with 7), and nx.json must keep pluginsConfig["@nx/js"].analyzeSourceFiles';

/** Judged before all others, which would find nothing in a graph without edges. */
export const graphIsAlive: Rule = {
  name: 'graph is alive',
  says: 'The graph of Nx has every project, and an edge for each dependency that a manifest declares or a source uses.',
  *check(workspace) {
    for (const [from, to] of leastEdges)
      if (!workspace.graph.get(from)?.has(to))
        yield {
          path: 'nx.json',
          line: 1,
          message: `the Nx graph is empty: it lacks the edge ${from} → ${to}. ${remedy}`,
        };
    for (const project of workspace.projects.values()) {
      yield* missing(workspace, project);
    }
  },
};

function* missing(workspace: Workspace, project: Project): Iterable<Finding> {
  const edges = workspace.graph.get(project.name);
  const place = { path: manifestPath(project), line: 1 };
  if (!edges) {
    yield { ...place, message: `${project.name} is not in the Nx graph. ${remedy}` };
    return;
  }
  const { dependencies, devDependencies } = project.manifest;
  for (const name of Object.keys({ ...dependencies, ...devDependencies }))
    if (workspace.projects.has(name) && !edges.has(name))
      yield {
        ...place,
        message: `the Nx graph lacks the edge ${project.name} → ${name}, which is declared. ${remedy}`,
      };
  const told = new Set<string>();
  for (const file of workspace.files) {
    if (file.project !== project) continue;
    for (const { specifier, line } of importsOf(file)) {
      const target = resolveImport(workspace, file, specifier);
      if (target.kind !== 'workspace' || target.project === project) continue;
      if (edges.has(target.project.name) || told.has(target.project.name)) continue;
      told.add(target.project.name);
      const message = `the Nx graph lacks the edge ${project.name} → ${target.project.name}, which is imported. ${remedy}`;
      yield { path: file.path, line, message };
    }
  }
}
