import { missingEdges, remedy } from '../graph.ts';
import { importsOf, resolveImport } from '../imports.ts';
import { type Finding, manifestPath, type Rule } from '../rule.ts';
import type { Project, Workspace } from '../workspace.ts';

/** Judged before all others, which would find nothing in a graph without edges. */
export const graphIsAlive: Rule = {
  name: 'graph is alive',
  says: 'The graph of Nx has every project, and an edge for each dependency that a manifest declares or a source uses.',
  *check(workspace) {
    for (const edge of missingEdges(workspace.graph))
      yield { path: 'nx.json', line: 1, message: `the Nx graph is empty: it lacks the edge ${edge}. ${remedy}` };
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
