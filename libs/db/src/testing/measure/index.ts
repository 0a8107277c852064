export { insertDeployment, insertWorkQueue } from '../factories.ts';
export {
  bigTables,
  explain,
  indexesOf,
  nodesOf,
  type PlanNode,
  type Plans,
  type RunStatement,
  recordingQueries,
  scannedOf,
} from './explain.ts';
export { type FillOptions, fillFlowRuns } from './fill-flow-runs.ts';
export { fillSchedules, type ScheduleFill } from './fill-schedules.ts';
export { type FilledWorld, fillWorld, runHotStatements } from './hot-statements.ts';
export { runScheduleStatements } from './schedule-statements.ts';
