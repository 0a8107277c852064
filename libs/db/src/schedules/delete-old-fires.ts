import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';

// From each schedule's oldest end: a probe of the index each, however long the ledger. By their places in the table, which
// hold for as long as the statement: joined by their keys, the planner would read the whole ledger.
const remove = statement<{ schedule_id: string }>(
  'delete_old_fires',
  `delete from millrace.schedule_fire where ctid = any(array(
     select old.ctid from millrace.schedule s
     cross join lateral (
       select o.ctid from millrace.schedule_fire o
       where o.schedule_id = s.id and o.fire_at < $1
         and not exists (select from millrace.flow_run r where r.id = o.flow_run_id)
       order by o.fire_at limit $2
     ) old
     limit $2))
   returning schedule_id`,
);

/**
 * Deletes what the ledger has from before an instant, at most `limit` fires; gives how many. Those stay whose runs are there
 * yet: they were filled in later. None of them comes back by itself: the schedule's watermark is past them.
 */
export async function deleteOldFires(executor: Executor, before: number, limit: number): Promise<number> {
  return (await executor.run(remove, [toInstant(before), limit])).length;
}
