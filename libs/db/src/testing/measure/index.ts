export { insertDeployment, insertWorkQueue } from '../factories.ts';
export { type FillOptions, fillFlowRuns } from './fill-flow-runs.ts';
