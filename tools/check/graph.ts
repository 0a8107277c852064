import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The part of `nx graph` that the rules go by: who depends on whom, by name. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

// What no graph of this repository can be without; the rest is compared with the manifests and the sources.
const leastEdges = [
  ['@millrace/server', '@millrace/orchestrator'],
  ['@millrace/orchestrator', '@millrace/db'],
  ['@millrace/db', '@millrace/orchestration'],
  ['@millrace/agent', 'millrace'],
  ['millrace', '@millrace/contracts'],
] as const;

/** What makes Nx blind, and what to do about it. */
export const remedy =
  'Nx sees no sources: `typescript` must be 6.0.x (it sees nothing with 7), and nx.json must keep analyzeSourceFiles';

/** What an Nx that sees nothing leaves out: told without TypeScript, whose wrong version is the usual reason. */
export function missingEdges(graph: Graph): readonly string[] {
  return leastEdges.flatMap(([from, to]) => (graph.get(from)?.has(to) ? [] : [`${from} → ${to}`]));
}

/** What `nx graph` says; if it says nothing, a graph of nothing, and what it complained of is printed. */
export function readGraph(root: string): Graph {
  // Of the caller's settings only those that are no task's own; the graph is computed anew, as a cached one may
  // have been made while Nx could still see the sources.
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('NX_'));
  const env = { ...Object.fromEntries(kept), NX_DAEMON: 'false', NX_CACHE_PROJECT_GRAPH: 'false' };
  const nx = join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
  const options = { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [nx, 'graph', '--print'], options);
  if (status !== 0) {
    console.log(`nx graph ended with ${status}:\n${stdout}${stderr}`);
    return new Map();
  }
  const { graph }: { graph: NxGraph } = JSON.parse(stdout.slice(stdout.indexOf('{')));
  const names = Object.keys(graph.nodes);
  return new Map(names.map((name) => [name, new Set(graph.dependencies[name]?.map(({ target }) => target))]));
}

interface NxGraph {
  readonly nodes: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>>;
}
