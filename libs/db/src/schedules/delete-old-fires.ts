import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';

// From each schedule's oldest end: a probe of the index each, however long the ledger.
const remove = statement<{ schedule_id: string }>(
  'delete_old_fires',
  `delete from millrace.schedule_fire f
   using (select s.id, old.fire_at from millrace.schedule s
          cross join lateral (
            select fire_at from millrace.schedule_fire
            where schedule_id = s.id and fire_at < $1 order by fire_at limit $2
          ) old
          limit $2) gone
   where f.schedule_id = gone.id and f.fire_at = gone.fire_at
   returning f.schedule_id`,
);

/**
 * Deletes what the ledger has from before an instant, at most `limit` fires; gives how many. None of them comes back: the
 * schedule's watermark is past them.
 */
export async function deleteOldFires(executor: Executor, before: number, limit: number): Promise<number> {
  return (await executor.run(remove, [toInstant(before), limit])).length;
}
