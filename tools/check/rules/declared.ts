import { importsOf, resolveImport } from '../imports.ts';
import { usedOtherwise } from '../policy/packages.ts';
import { type Finding, manifestPath, type Rule } from '../rule.ts';
import type { Manifest, Project, SourceFile, Workspace } from '../workspace.ts';

export const declared: Rule = {
  name: 'declared',
  says: 'What a project imports is in its package.json, and what is there is imported. Tests may use the devDependencies of the root.',
  *check(workspace) {
    const used = new Map<Project, Set<string>>();
    for (const file of workspace.files) {
      const names = used.get(file.project) ?? new Set();
      used.set(file.project, names);
      yield* undeclared(workspace, file, names);
    }
    for (const project of workspace.projects.values())
      if (project.root) yield* unused(project, used.get(project) ?? new Set());
  },
};

function* undeclared(workspace: Workspace, file: SourceFile, used: Set<string>): Iterable<Finding> {
  const { manifest, root, name: ownName } = file.project;
  const forTests = file.isTest || /\.config\.[cm]?[jt]s$/.test(file.path) || root === '';
  const rootManifest = [...workspace.projects.values()].find((project) => project.root === '')?.manifest;
  const mayUse = new Set([
    ...production(manifest),
    ...(forTests ? Object.keys({ ...manifest.devDependencies, ...rootManifest?.devDependencies }) : []),
  ]);
  for (const { specifier, line, isType } of importsOf(file)) {
    const target = resolveImport(workspace, file, specifier);
    if (target.kind === 'file' || target.kind === 'builtin') continue;
    const name = target.kind === 'workspace' ? target.project.name : target.name;
    used.add(name);
    if (name === ownName || mayUse.has(name)) continue;
    // The root composes: every workspace is at hand there.
    if (root === '' && target.kind === 'workspace') continue;
    if (isType && (name in { ...manifest.devDependencies } || mayUse.has(typesOf(name)))) continue;
    const kind = forTests ? 'devDependencies' : 'dependencies';
    yield {
      path: file.path,
      line,
      message: `imports ${name}, undeclared: add it to ${kind} of ${manifestPath(file.project)}`,
    };
  }
}

function* unused(project: Project, used: ReadonlySet<string>): Iterable<Finding> {
  const names = [...production(project.manifest), ...Object.keys(project.manifest.devDependencies ?? {})];
  for (const name of names) {
    const isUsed = used.has(name) || [...used].some((other) => typesOf(other) === name);
    if (isUsed || usedOtherwise.some(({ packages }) => packages.test(name))) continue;
    yield { path: manifestPath(project), line: 1, message: `declares ${name}, which nothing there imports: remove it` };
  }
}

function production({ dependencies, optionalDependencies, peerDependencies }: Manifest): string[] {
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

function typesOf(name: string): string {
  return `@types/${name.replace(/^@([^/]+)\//, '$1__')}`;
}
