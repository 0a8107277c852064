import { type Executor, statement } from '../connection/statement.ts';
import { lockSchedulesOf } from '../schedules/lock-schedules.ts';
import { deleteSchedules } from '../schedules/write-schedules.ts';
import type { Signal } from '../signals/signals.ts';
import { cancelWaitingFlowRuns } from '../transitions/cancel-waiting-flow-runs.ts';
import type { ChangeContext } from '../transitions/change-flow-run.ts';
import { deleteUnstartedFlowRuns } from '../transitions/delete-flow-runs.ts';
import { detachFlowRuns } from '../transitions/detach-flow-runs.ts';
import { lockFlowRunsOf } from '../transitions/lock-flow-runs.ts';
import { lockDeployment } from './find-deployment.ts';

const findUnstarted = statement<{ id: string }>(
  'find_unstarted_runs_of_deployment',
  `select id from millrace.flow_run
   where deployment_id = $1 and state_type = 'SCHEDULED' and run_count = 0 and scheduled_time is not null`,
);

const findWaiting = statement<{ id: string }>(
  'find_waiting_runs_of_deployment',
  `select id from millrace.flow_run
   where deployment_id = $1 and state_type = 'SCHEDULED' and holder_id is null and scheduled_time is not null`,
);

const remove = statement('delete_deployment', 'delete from millrace.deployment where id = $1');

/**
 * Deletes a deployment with its schedules and its runs that never started, and cancels those that wait to retry; its
 * other runs live on without it. Gives the number of runs that went; undefined where there is no such deployment.
 */
export async function deleteDeployment(
  executor: Executor,
  id: string,
  context: ChangeContext,
): Promise<{ deletedFlowRuns: number; signals: Signal[] } | undefined> {
  if (!(await lockDeployment(executor, id))) return undefined;
  const schedules = await lockSchedulesOf(executor, [id]);
  // Before any gate: who claims a run, or ends it, has the run and wants its schedule's gate.
  await lockFlowRunsOf(executor, id);
  const unstarted = await executor.run(findUnstarted, [id]);
  const gone = await deleteUnstartedFlowRuns(
    executor,
    unstarted.map((run) => run.id),
    context,
  );
  const waiting = await executor.run(findWaiting, [id]);
  const cancelled = await cancelWaitingFlowRuns(
    executor,
    waiting.map((run) => run.id),
    { ...context, message: 'its deployment was deleted' },
  );
  await detachFlowRuns(executor, id);
  await deleteSchedules(
    executor,
    schedules.map((schedule) => schedule.id),
  );
  await executor.run(remove, [id]);
  const deleted = gone.map((flowRunId): Signal => ({ kind: 'flow-run', id: flowRunId }));
  return { deletedFlowRuns: gone.length, signals: [...deleted, ...cancelled] };
}
