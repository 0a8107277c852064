import { type Executor, statement } from '../connection/statement.ts';

const lockOf = statement<{ id: string; deployment_id: string; slug: string; active: boolean }>(
  'lock_schedules_of_deployments',
  `select id, deployment_id, slug, active from millrace.schedule where deployment_id = any($1::uuid[])
   order by id for update`,
);

const lockDue = statement<{ id: string }>(
  'lock_due_schedules',
  `select id from millrace.schedule where top_up_at <= $1 order by top_up_at limit $2 for update skip locked`,
);

/** A schedule under this transaction's lock. */
export interface LockedSchedule {
  readonly id: string;
  readonly deployment_id: string;
  readonly slug: string;
  readonly active: boolean;
}

/** Locks all schedules of deployments; waits for whoever makes runs from them. */
export function lockSchedulesOf(executor: Executor, deploymentIds: readonly string[]): Promise<LockedSchedule[]> {
  return executor.run(lockOf, [deploymentIds]);
}

/** Locks schedules that are to be looked at, the longest due first, leaving out those that somebody else has. */
export async function lockDueSchedules(executor: Executor, now: string, limit: number): Promise<string[]> {
  return (await executor.run(lockDue, [now, limit])).map((row) => row.id);
}
