import { type Executor, statement } from '../connection/statement.ts';
import { type FlowRunRow, imageColumns, type LockedFlowRun, lockedFlowRun } from './flow-run-row.ts';

// In id order, as everywhere, so that two transactions never wait for each other in a circle. "No key": rows that
// refer to a run can still be added.
const lock = statement<FlowRunRow>(
  'lock_flow_runs',
  `select ${imageColumns} from millrace.flow_run r where r.id = any($1::uuid[]) order by r.id for no key update`,
);

const lockFree = statement<FlowRunRow>(
  'lock_free_flow_runs',
  `select ${imageColumns} from millrace.flow_run r where r.id = any($1::uuid[]) order by r.id
   for no key update skip locked`,
);

const lockOf = statement(
  'lock_flow_runs_of_deployment',
  `select count(*) from (
     select from millrace.flow_run where deployment_id = $1 order by id for no key update) locked`,
);

const lockWaitingOf = statement(
  'lock_waiting_flow_runs_of_schedules',
  `select count(*) from (
     select from millrace.schedule s
     join millrace.flow_run r on r.deployment_id = s.deployment_id and r.schedule_id = s.id
     where s.id = any($1::uuid[]) and r.scheduled_time is not null and r.run_count = 0
     order by r.id for no key update of r) locked`,
);

/** Locks the runs that exist; waits for those that another transaction has. */
export async function lockFlowRuns(executor: Executor, ids: readonly string[]): Promise<LockedFlowRun[]> {
  return (await executor.run(lock, [ids])).map(lockedFlowRun);
}

/** Locks the runs that exist and that no other transaction has. */
export async function lockFreeFlowRuns(executor: Executor, ids: readonly string[]): Promise<LockedFlowRun[]> {
  return (await executor.run(lockFree, [ids])).map(lockedFlowRun);
}

/** Locks all runs of a deployment, which must be locked against new ones; waits for those that another transaction has. */
export async function lockFlowRunsOf(executor: Executor, deploymentId: string): Promise<void> {
  await executor.run(lockOf, [deploymentId]);
}

/**
 * Locks the runs of schedules that wait for their first start; waits for those that another transaction has. The schedules
 * must be locked.
 */
export async function lockWaitingFlowRunsOf(executor: Executor, scheduleIds: readonly string[]): Promise<void> {
  if (scheduleIds.length > 0) await executor.run(lockWaitingOf, [scheduleIds]);
}
