import { exportedFile, importsOf, resolveImport } from '../imports.ts';
import { type Finding, manifestPath, type Rule } from '../rule.ts';
import type { Project, SourceFile, Workspace } from '../workspace.ts';

export const exportsOnly: Rule = {
  name: 'exports',
  says: 'A project is entered by the subpaths that it exports, never by a path to its files.',
  *check(workspace) {
    for (const project of workspace.projects.values()) yield* missingTargets(workspace, project);
    for (const file of workspace.files) yield* deepImports(workspace, file);
  },
};

function* missingTargets({ paths }: Workspace, project: Project): Iterable<Finding> {
  for (const subpath of Object.keys(project.manifest.exports ?? {})) {
    const path = exportedFile(project, subpath);
    if (subpath.includes('*') || !path || paths.has(path)) continue;
    yield { path: manifestPath(project), line: 1, message: `exports ${subpath} from ${path}, which is not there` };
  }
}

function* deepImports(workspace: Workspace, file: SourceFile): Iterable<Finding> {
  for (const { specifier, line } of importsOf(file)) {
    const target = resolveImport(workspace, file, specifier);
    if (target.kind === 'workspace' && target.path === undefined) {
      const exported = Object.keys(target.project.manifest.exports ?? {}).join(', ') || 'nothing';
      yield { path: file.path, line, message: `imports ${specifier}, but ${target.project.name} exports ${exported}` };
    }
    if (target.kind !== 'file') continue;
    const other = [...workspace.projects.values()].find(
      ({ root }) => root && root !== file.project.root && target.path.startsWith(`${root}/`),
    );
    const leaves = other ?? (file.project.root && !target.path.startsWith(`${file.project.root}/`));
    if (!leaves) continue;
    const instead = other ? `import a subpath of ${other.name}` : 'what projects share is a project';
    yield { path: file.path, line, message: `imports ${specifier}, a file of another project; ${instead}` };
  }
}
