import { type Executor, statement } from '../connection/statement.ts';

const read = statement<{ name: string }>(
  'read_queue_names_of_flow_run',
  `select q.name from millrace.queue_entry e join millrace.work_queue q on q.id = e.work_queue_id
   where e.flow_run_id = $1 order by q.name`,
);

/** The names of the queues that will hand a run out. */
export async function readQueueNames(executor: Executor, flowRunId: string): Promise<string[]> {
  return (await executor.run(read, [flowRunId])).map((row) => row.name);
}

const names = statement<{ name: string }>(
  'names_of_queues',
  'select name from millrace.work_queue where id = any($1::uuid[]) order by name',
);

/** The queues' names, in their order. */
export async function namesOfQueues(executor: Executor, ids: readonly string[]): Promise<string[]> {
  return (await executor.run(names, [ids])).map((row) => row.name);
}
