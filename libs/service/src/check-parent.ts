import { type Executor, flowRunExists } from '@millrace/db';
import { invalidArgument } from '@millrace/rpc/errors';

/** INVALID_ARGUMENT where a request names a run as the maker of a new one, and there is no such run. */
export async function checkParent(executor: Executor, parentFlowRunId: string | null): Promise<void> {
  if (parentFlowRunId === null || (await flowRunExists(executor, parentFlowRunId))) return;
  throw invalidArgument([{ field: 'parent_flow_run_id', description: 'is not the id of a flow run' }]);
}
