import { importsOf, resolveImport } from '../imports.ts';
import { layers as allowed, type Layer, narrower } from '../policy/layers.ts';
import { type Finding, manifestPath, type Rule } from '../rule.ts';
import type { Project, Workspace } from '../workspace.ts';
import { tagsOf } from './tags.ts';

export const layers: Rule = {
  name: 'layers',
  says: 'A project uses only the layers that its own layer may use; services never use each other.',
  *check(workspace) {
    const judged = new Set<string>();
    for (const use of usesOf(workspace)) {
      const message = judge(use);
      judged.add(`${use.from.name} → ${use.to.name}`);
      if (message) yield { path: use.path, line: use.line, message };
    }
    // Edges that no import shows: declared only, or made by Nx's configuration.
    for (const [name, targets] of workspace.graph)
      for (const target of targets) {
        const [from, to] = [workspace.projects.get(name), workspace.projects.get(target)];
        if (!from || !to || judged.has(`${name} → ${target}`)) continue;
        const message = judge({ from, to, isType: true });
        if (message) yield { path: manifestPath(from), line: 1, message };
      }
  },
};

interface Use {
  readonly from: Project;
  readonly to: Project;
  readonly isType: boolean;
}

function* usesOf(workspace: Workspace): Iterable<Use & Omit<Finding, 'message'>> {
  for (const file of workspace.files)
    for (const { specifier, line, isType } of importsOf(file)) {
      const target = resolveImport(workspace, file, specifier);
      if (target.kind !== 'workspace' || target.project === file.project) continue;
      yield { from: file.project, to: target.project, isType, path: file.path, line };
    }
}

function judge({ from, to, isType }: Use): string | undefined {
  const [mine, other] = [layerOf(from), layerOf(to)];
  if (!mine || !other) return undefined;
  const mayUse: readonly string[] = allowed[mine];
  if (!mayUse.includes(other)) {
    const instead =
      mine === 'service' && other === 'service'
        ? 'services never use each other: share through libs, or call it over the wire'
        : `layer:${mine} may use ${mayUse.length > 0 ? mayUse.join(', ') : 'nothing of ours'}`;
    return `${from.name} (layer:${mine}) uses ${to.name} (layer:${other}); ${instead}`;
  }
  if (mine === 'domain' && !isType)
    return `${from.name} (layer:domain) uses ${to.name} at run time; use \`import type\`, decisions are plain data`;
  const narrow = narrower.find(({ folder }) => `${from.root}/`.startsWith(folder));
  if (narrow && !narrow.mayUse.includes(to.name))
    return `${from.name} uses ${to.name}; in ${narrow.folder} only ${narrow.mayUse.join(', ')}: ${narrow.why}`;
  return undefined;
}

function layerOf(project: Project): Layer | undefined {
  const [layer = ''] = tagsOf(project, 'layer');
  return layer in allowed ? (layer as Layer) : undefined;
}
