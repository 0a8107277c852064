import { type Executor, statement } from '../connection/statement.ts';

const detach = statement(
  'detach_flow_runs',
  'update millrace.flow_run set deployment_id = null where deployment_id = $1',
);

/** Takes runs from their deployment, which is to be deleted; none of them may be waiting. They must be locked. */
export async function detachFlowRuns(executor: Executor, deploymentId: string): Promise<void> {
  await executor.run(detach, [deploymentId]);
}
