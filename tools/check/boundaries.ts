// node tools/check/boundaries.ts [--lower]: whether the code keeps to its boundaries; see README.md here.
// With --lower it takes over into the ratchet what has shrunk, instead.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { missingEdges, readGraph, remedy } from './graph.ts';

const { values } = parseArgs({ options: { lower: { type: 'boolean', default: false } } });
const root = join(import.meta.dirname, '..', '..');
const graph = readGraph(root);
const missing = missingEdges(graph);
if (missing.length > 0) {
  console.log(`nx.json:1  graph is alive: the Nx graph is empty: it lacks ${missing.join(', ')}. ${remedy}`);
  process.exitCode = 1;
} else {
  // Only now, as it needs the TypeScript that may be why the graph is empty.
  const { judgeRepository, lowerItsRatchet } = await import('./judge.ts');
  if (values.lower) lowerItsRatchet(root, graph);
  else process.exitCode = judgeRepository(root, graph);
}
