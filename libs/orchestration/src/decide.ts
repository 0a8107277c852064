import type { Decision, Facts, ProposedState, Proposer } from './decision.ts';
import type { FlowRunImage } from './flow-run.ts';
import { flowRunRules } from './flow-run-rules.ts';

/**
 * Decides what becomes of a proposed state: the first rule that has something to say decides. Pure: the caller has the
 * run locked, and writes `next` if there is one.
 */
export function decide(run: FlowRunImage, by: Proposer, proposed: ProposedState, facts: Facts): Decision {
  for (const rule of flowRunRules) {
    const decision = rule.decide(run, by, proposed, facts);
    if (decision) return decision;
  }
  throw new Error('the last rule accepts everything');
}
