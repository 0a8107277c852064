export { insertDeployment, insertWorkQueue } from '../factories.ts';
export { explain, nodesOf, type PlanNode, type Plans, type RunStatement, recordingQueries } from './explain.ts';
export { type FillOptions, fillFlowRuns } from './fill-flow-runs.ts';
export { type FilledWorld, fillWorld, runHotStatements } from './hot-statements.ts';
