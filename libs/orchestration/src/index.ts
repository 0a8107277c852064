export { bookkeep } from './bookkeep.ts';
export { decide } from './decide.ts';
export type { Answer, Decision, Facts, ProposedState, Proposer } from './decision.ts';
export { type FlowRunImage, isQueued, isTerminal, type StateImage, type StateType, stateTypes } from './flow-run.ts';
export { flowRunRules, type Rule } from './flow-run-rules.ts';
export { initialFlowRun, type NewFlowRun } from './initial-flow-run.ts';
export { mayBeRepeated } from './may-be-repeated.ts';
