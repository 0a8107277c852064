export { insertDeployment, insertFlowRuns, insertWorkQueue } from './factories.ts';
export { type TestDatabase, testDatabase } from './test-database.ts';
