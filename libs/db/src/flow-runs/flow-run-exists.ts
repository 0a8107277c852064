import { type Executor, statement } from '../connection/statement.ts';

const find = statement<{ id: string }>('flow_run_exists', 'select id from millrace.flow_run where id = $1');

/** Whether there is a run of that id; it is not kept from being deleted. */
export async function flowRunExists(executor: Executor, id: string): Promise<boolean> {
  return (await executor.run(find, [id])).length > 0;
}
