import { type Executor, statement } from '../connection/statement.ts';

const find = statement<{ id: string }>(
  'find_flow_run_by_key',
  'select id from millrace.flow_run where flow_id = $1 and idempotency_key = $2',
);

/** The run that was made for a flow with an idempotency key. */
export async function findFlowRunByKey(executor: Executor, flowId: string, key: string): Promise<string | undefined> {
  const [row] = await executor.run(find, [flowId, key]);
  return row?.id;
}
