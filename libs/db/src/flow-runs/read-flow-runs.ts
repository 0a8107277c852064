import { type Executor, statement } from '../connection/statement.ts';
import type { SelectedFlowRun, ShownFlowRun } from './select-flow-runs.ts';

// Named one by one: a prepared "*" fails once a newer release has added a column.
const columns: Record<keyof ShownFlowRun, true> = {
  id: true,
  created: true,
  updated: true,
  name: true,
  flow_id: true,
  deployment_id: true,
  deployment_version: true,
  schedule_id: true,
  auto_scheduled: true,
  parameters: true,
  tags: true,
  flow_runner_type: true,
  flow_runner_config: true,
  priority: true,
  max_retries: true,
  retry_delays_ms: true,
  idempotency_key: true,
  created_by: true,
  updated_by: true,
  state_id: true,
  state_type: true,
  state_name: true,
  state_message: true,
  state_timestamp: true,
  state_data_encoding: true,
  state_data_blob: true,
  state_cause: true,
  state_actor: true,
  state_count: true,
  scheduled_time: true,
  run_count: true,
  returns: true,
  expected_start_time: true,
  start_time: true,
  end_time: true,
  total_run_time_ms: true,
  epoch: true,
  holder_id: true,
  acknowledged: true,
  work_queue_id: true,
  infrastructure: true,
  sort_at: true,
  parent_flow_run_id: true,
};
const whole = `${Object.keys(columns)
  .map((column) => `r.${column}`)
  .join(', ')}, f.name as flow_name, d.name as deployment_name`;

const read = statement<SelectedFlowRun>(
  'read_flow_runs',
  `select ${whole}
   from millrace.flow_run r
   join millrace.flow f on f.id = r.flow_id
   left join millrace.deployment d on d.id = r.deployment_id
   where r.id = any($1::uuid[])`,
);

/** A run with the code of the version that it belongs to. */
export interface FlowRunWithCode extends SelectedFlowRun {
  flow_data_encoding: string;
  flow_data_blob: Buffer;
}

const readWithCode = statement<FlowRunWithCode>(
  'read_flow_runs_with_code',
  `select ${whole}, v.flow_data_encoding, v.flow_data_blob
   from millrace.flow_run r
   join millrace.flow f on f.id = r.flow_id
   join millrace.deployment d on d.id = r.deployment_id
   join millrace.deployment_version v on v.deployment_id = r.deployment_id and v.version = r.deployment_version
   where r.id = any($1::uuid[])`,
);

/** Reads those of the runs that exist, in the order of the ids. */
export async function readFlowRuns(executor: Executor, ids: readonly string[]): Promise<SelectedFlowRun[]> {
  return inOrder(ids, await executor.run(read, [ids]));
}

/** Reads those of the runs that belong to a deployment, in the order of the ids. */
export async function readFlowRunsWithCode(executor: Executor, ids: readonly string[]): Promise<FlowRunWithCode[]> {
  return inOrder(ids, await executor.run(readWithCode, [ids]));
}

function inOrder<Row extends { id: string }>(ids: readonly string[], rows: readonly Row[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
