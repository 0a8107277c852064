import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Graph } from './graph.ts';
import { loadWorkspace } from './load.ts';
import { lowerRatchet } from './lower-ratchet.ts';
import { ratchet } from './policy/budgets.ts';
import type { Finding, Rule } from './rule.ts';
import { graphIsAlive } from './rules/graph-is-alive.ts';
import { rules } from './rules.ts';
import type { Workspace } from './workspace.ts';

/** Prints what is wrong, one place a line; gives the exit code. */
export function judgeRepository(root: string, graph: Graph): number {
  const workspace = loadWorkspace(root, graph);
  const dead = findings(workspace, graphIsAlive);
  // A dead graph is all that is said: the other rules would be silent for the wrong reason.
  const found = dead.length > 0 ? dead : rules.flatMap((rule) => findings(workspace, rule));
  for (const line of found) console.log(line);
  const scope = `${workspace.files.length} files in ${workspace.projects.size} projects, by ${rules.length + 1} rules`;
  console.log(found.length > 0 ? `\n${found.length} places break a rule (${scope}).` : `Boundaries hold: ${scope}.`);
  return found.length > 0 ? 1 : 0;
}

/** Writes into the ratchet what has shrunk. */
export function lowerItsRatchet(root: string, graph: Graph): void {
  const lowered = JSON.stringify(lowerRatchet(loadWorkspace(root, graph), ratchet), undefined, 2);
  writeFileSync(join(root, 'tools', 'check', 'policy', 'ratchet.json'), `${lowered}\n`);
  console.log('The ratchet holds no more than it needs to.');
}

function findings(workspace: Workspace, rule: Rule): readonly string[] {
  const print = ({ path, line, message }: Finding) => `${path}:${line}  ${rule.name}: ${message}`;
  return [...new Set([...rule.check(workspace)].map(print))];
}
