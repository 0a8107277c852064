import { type Executor, statement } from '../connection/statement.ts';

const find = statement<{ id: string; name: string }>(
  'find_queue_ids',
  'select id, name from millrace.work_queue where name = any($1::text[])',
);

/** The ids of those of the named queues that exist. */
export async function findQueueIds(executor: Executor, names: readonly string[]): Promise<Map<string, string>> {
  return new Map((await executor.run(find, [names])).map((row) => [row.name, row.id]));
}
