import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type Graph, type Workspace, workspaceOf } from './workspace.ts';

const notOurs = new Set(['node_modules', 'dist', 'coverage', 'third_party']);
const isRead = (name: string) => /\.[cm]?[jt]sx?$|^package\.json$/.test(name);

/** The repository in that folder as it lies there. */
export function loadWorkspace(root: string): Workspace {
  return workspaceOf(readTexts(root), readGraph(root));
}

/** What `nx graph` says. */
export function readGraph(root: string): Graph {
  // Of the caller's settings only those that are no task's own; the graph is computed anew, as a cached one may
  // have been made while Nx could still see the sources.
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('NX_'));
  const env = { ...Object.fromEntries(kept), NX_DAEMON: 'false', NX_CACHE_PROJECT_GRAPH: 'false' };
  const nx = join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
  const options = { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [nx, 'graph', '--print'], options);
  if (status !== 0) throw new Error(`nx graph ended with ${status}:\n${stdout}\n${stderr}`);
  const { graph }: { graph: NxGraph } = JSON.parse(stdout.slice(stdout.indexOf('{')));
  const names = Object.keys(graph.nodes);
  return new Map(names.map((name) => [name, new Set(graph.dependencies[name]?.map(({ target }) => target))]));
}

interface NxGraph {
  readonly nodes: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>>;
}

function readTexts(root: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!notOurs.has(entry.name) && !entry.name.startsWith('.')) visit(path);
      } else texts.set(relative(root, path).split(sep).join('/'), isRead(entry.name) ? readFileSync(path, 'utf8') : '');
    }
  };
  visit(root);
  return texts;
}
