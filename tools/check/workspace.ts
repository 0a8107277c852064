import { posix } from 'node:path';
import ts from 'typescript';
import type { Graph } from './graph.ts';

/** What the rules judge: the projects as their manifests say, the graph as Nx sees it, and every source. */
export interface Workspace {
  /** By name. */
  readonly projects: ReadonlyMap<string, Project>;
  readonly graph: Graph;
  readonly files: readonly SourceFile[];
  /** The path of every file, code or not. */
  readonly paths: ReadonlySet<string>;
  /** The files at hand by path. */
  readonly fileAt: ReadonlyMap<string, SourceFile>;
}

export interface Project {
  readonly name: string;
  /** Its folder from the root of the repository; '' is the root itself. */
  readonly root: string;
  readonly tags: readonly string[];
  readonly manifest: Manifest;
}

export interface Manifest {
  readonly name?: string;
  readonly exports?: Readonly<Record<string, string | { readonly default: string }>>;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly nx?: { readonly tags?: readonly string[]; readonly targets?: Readonly<Record<string, unknown>> };
}

export interface SourceFile {
  readonly path: string;
  readonly project: Project;
  /** A test, or what only tests use. */
  readonly isTest: boolean;
  readonly isGenerated: boolean;
  readonly ast: ts.SourceFile;
  /** Every node of it, in order; computed when first asked for. */
  readonly nodes: readonly ts.Node[];
}

const isCode = (path: string) => /\.[cm]?[jt]sx?$/.test(path);
const isTestPath = (path: string) => /\.test\.[cm]?tsx?$|(^|\/)(tests|testing)\//.test(path);
const isGeneratedPath = (path: string) => path.startsWith('libs/contracts/src/gen/');

/** @param texts the content of every file that matters, by its path from the root */
export function workspaceOf(texts: ReadonlyMap<string, string>, graph: Graph): Workspace {
  const projects = findProjects(texts);
  const byRoot = new Map(projects.map((project) => [project.root, project]));
  const files = [...texts].flatMap(([path, text]) => {
    const project = isCode(path) && owner(byRoot, path);
    return project ? [sourceFile(path, text, project)] : [];
  });
  return {
    projects: new Map(projects.map((project) => [project.name, project])),
    graph,
    files,
    paths: new Set(texts.keys()),
    fileAt: new Map(files.map((file) => [file.path, file])),
  };
}

/** The line, counted from 1, on which a node begins. */
export function lineOf(file: SourceFile, node: ts.Node): number {
  return file.ast.getLineAndCharacterOfPosition(node.getStart(file.ast)).line + 1;
}

function findProjects(texts: ReadonlyMap<string, string>): Project[] {
  const root: Manifest = JSON.parse(texts.get('package.json') ?? '{}');
  const isWorkspace = (folder: string) =>
    (root.workspaces ?? []).some((pattern) => posix.matchesGlob(folder, pattern.replace(/\/$/, '')));
  return [...texts.keys()].flatMap((path) => {
    const folder = posix.dirname(path);
    if (posix.basename(path) !== 'package.json' || (folder !== '.' && !isWorkspace(folder))) return [];
    const manifest: Manifest = JSON.parse(texts.get(path) ?? '{}');
    return [{ name: manifest.name ?? '', root: folder === '.' ? '' : folder, tags: manifest.nx?.tags ?? [], manifest }];
  });
}

function owner(byRoot: ReadonlyMap<string, Project>, path: string): Project | undefined {
  for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
    const project = byRoot.get(folder);
    if (project) return project;
  }
  return byRoot.get('');
}

function sourceFile(path: string, text: string, project: Project): SourceFile {
  const ast = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  let nodes: readonly ts.Node[] | undefined;
  return {
    path,
    project,
    isTest: isTestPath(path),
    isGenerated: isGeneratedPath(path),
    ast,
    get nodes() {
      nodes ??= collect(ast);
      return nodes;
    },
  };
}

function collect(ast: ts.SourceFile): readonly ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(ast);
  return nodes;
}
