import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { lineOf, type Project, type SourceFile, type Workspace } from './workspace.ts';

/** A place where a file names a module. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Gone at run time. */
  readonly isType: boolean;
  /** The names taken by `import { … }`. */
  readonly names: readonly string[];
}

/** What a specifier means. */
export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'workspace'; readonly project: Project; readonly subpath: string; readonly path?: string }
  | { readonly kind: 'package'; readonly name: string };

const known = new WeakMap<SourceFile, readonly Import[]>();

/** Every import, export-from, `import()`, `import.meta.resolve()` and type import of a file. */
export function importsOf(file: SourceFile): readonly Import[] {
  const found = known.get(file) ?? file.nodes.flatMap((node) => importAt(file, node));
  known.set(file, found);
  return found;
}

/** Where a specifier leads, as Node resolves it. */
export function resolveImport(workspace: Workspace, file: SourceFile, specifier: string): Target {
  if (/^\.{1,2}(\/|$)/.test(specifier))
    return { kind: 'file', path: posix.join(posix.dirname(file.path), specifier.replace(/\?.*$/, '')) };
  if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier.replace(/^node:/, '') };
  const [, name = specifier, rest = ''] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(specifier) ?? [];
  const project = workspace.projects.get(name);
  if (!project) return { kind: 'package', name };
  const subpath = rest ? `./${rest}` : '.';
  const path = exportedFile(project, subpath);
  return { kind: 'workspace', project, subpath, ...(path !== undefined && { path }) };
}

/** The file, from the root, behind a subpath that a project exports. */
export function exportedFile(
  project: Pick<Project, 'root'> & { readonly manifest: Pick<Project['manifest'], 'exports'> },
  subpath: string,
): string | undefined {
  for (const [pattern, target] of Object.entries(project.manifest.exports ?? {})) {
    const [before = '', after] = pattern.split('*');
    if (after === undefined ? pattern !== subpath : !(subpath.startsWith(before) && subpath.endsWith(after))) continue;
    const star = after === undefined ? '' : subpath.slice(before.length, subpath.length - after.length);
    const path = typeof target === 'string' ? target : target.default;
    return posix.join(project.root, path.replace('*', star));
  }
  return undefined;
}

function importAt(file: SourceFile, node: ts.Node): Import[] {
  const specifier = specifierAt(node);
  if (!specifier) return [];
  const clause = ts.isImportDeclaration(node) ? node.importClause : undefined;
  const named = clause?.namedBindings && ts.isNamedImports(clause.namedBindings) ? clause.namedBindings.elements : [];
  const isType =
    ts.isImportTypeNode(node) ||
    clause?.phaseModifier === ts.SyntaxKind.TypeKeyword ||
    (ts.isExportDeclaration(node) && node.isTypeOnly);
  const names = named.map((element) => (element.propertyName ?? element.name).text);
  return [{ specifier: specifier.text, line: lineOf(file, node), isType, names }];
}

function specifierAt(node: ts.Node): ts.StringLiteralLike | undefined {
  const expression = moduleExpression(node);
  return expression && ts.isStringLiteralLike(expression) ? expression : undefined;
}

function moduleExpression(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (!ts.isCallExpression(node)) return undefined;
  const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const isResolve = node.expression.getText() === 'import.meta.resolve';
  return isImport || isResolve ? node.arguments[0] : undefined;
}
