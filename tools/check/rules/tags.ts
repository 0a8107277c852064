import { environments, layers } from '../policy/layers.ts';
import { type Finding, manifestPath, type Rule } from '../rule.ts';
import type { Project, Workspace } from '../workspace.ts';

const accepted = { layer: Object.keys(layers), env: environments } as const;

export const tags: Rule = {
  name: 'tags',
  says: 'Each project has exactly one `layer:` and one `env:` tag, under `nx` of its package.json; with tests, a target `test` too.',
  *check(workspace) {
    const { projects } = workspace;
    yield* testTargets(workspace);
    for (const project of projects.values())
      for (const kind of ['layer', 'env'] as const) {
        const values = tagsOf(project, kind);
        const [value = ''] = values;
        if (values.length === 1 && (accepted[kind] as readonly string[]).includes(value)) continue;
        const found = values.length === 0 ? 'none' : values.join(', ');
        const message = `${project.name} has as ${kind}: ${found}; give it exactly one of ${accepted[kind].map((tag) => `${kind}:${tag}`).join(', ')} under nx.tags`;
        yield { path: manifestPath(project), line: 1, message };
      }
  },
};

/** The values of a project's tags of one kind. */
export function tagsOf(project: Project, kind: 'layer' | 'env'): readonly string[] {
  return project.tags.filter((tag) => tag.startsWith(`${kind}:`)).map((tag) => tag.slice(kind.length + 1));
}

/** `npm run check` runs the tests of the projects that have this target. */
function* testTargets({ projects, files }: Workspace): Iterable<Finding> {
  for (const project of projects.values()) {
    const isDeclared = project.manifest.nx?.targets?.test !== undefined;
    const hasTests = files.some((file) => file.project === project && /\.test\.tsx?$/.test(file.path));
    const place = { path: manifestPath(project), line: 1 };
    if (hasTests && !isDeclared)
      yield {
        ...place,
        message: `${project.name} has tests that npm run check would not run: add "targets": { "test": {} } under nx`,
      };
    if (isDeclared && !hasTests)
      yield { ...place, message: `${project.name} has a target test and no tests: remove nx.targets.test` };
  }
}
