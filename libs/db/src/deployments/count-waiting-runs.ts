import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';

const countAhead = statement<{ deployment_id: string; runs: number }>(
  'count_runs_ahead',
  `select r.deployment_id, count(*)::int as runs
   from millrace.schedule_fire f join millrace.flow_run r on r.id = f.flow_run_id
   where f.schedule_id = any($1::uuid[]) and f.fire_at > $2 and f.status = 'scheduled'
     and r.state_type = 'SCHEDULED' and r.run_count = 0 and r.deployment_id is not null
   group by r.deployment_id`,
);

const countWaiting = statement<{ deployment_id: string; runs: number }>(
  'count_waiting_runs',
  `select deployment_id, count(*)::int as runs from millrace.flow_run
   where deployment_id = any($1::uuid[]) and state_type = 'SCHEDULED' and scheduled_time is not null
   group by deployment_id`,
);

/** How many runs of deployments would be made anew if schedules began anew now, and how many wait in all. */
export async function countWaitingRuns(
  executor: Executor,
  deploymentIds: readonly string[],
  { scheduleIds, now }: { readonly scheduleIds: readonly string[]; readonly now: number },
): Promise<{ ahead: Map<string, number>; waiting: Map<string, number> }> {
  const [ahead, waiting] = await Promise.all([
    executor.run(countAhead, [scheduleIds, toInstant(now)]),
    executor.run(countWaiting, [deploymentIds]),
  ]);
  const byDeployment = (rows: typeof ahead) => new Map(rows.map((row) => [row.deployment_id, row.runs]));
  return { ahead: byDeployment(ahead), waiting: byDeployment(waiting) };
}
