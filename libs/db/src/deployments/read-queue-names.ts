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
