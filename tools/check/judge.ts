import type { Finding, Rule } from './rule.ts';
import { graphIsAlive } from './rules/graph-is-alive.ts';
import { rules } from './rules.ts';
import type { Workspace } from './workspace.ts';

/** What is wrong with a workspace, as lines `path:line  rule: message`. A dead graph is all that is said of it. */
export function judge(workspace: Workspace): readonly string[] {
  const dead = findings(workspace, graphIsAlive);
  return dead.length > 0 ? dead : rules.flatMap((rule) => findings(workspace, rule));
}

function findings(workspace: Workspace, rule: Rule): readonly string[] {
  const print = ({ path, line, message }: Finding) => `${path}:${line}  ${rule.name}: ${message}`;
  return [...new Set([...rule.check(workspace)].map(print))];
}
