import { type Executor, statement } from '../connection/statement.ts';
import { insertQueueEntries } from '../queues/queue-entries.ts';
import type { Signal } from '../signals/signals.ts';
import type { Gate } from './take-gates.ts';
import { writeGates } from './write-gates.ts';

const lock = statement<Gate>(
  'lock_gates_of_runs',
  `select schedule_id, flow_run_id, waiting_flow_run_id from millrace.schedule_gate
   where flow_run_id = any($1::uuid[]) or waiting_flow_run_id = any($1::uuid[])
   order by schedule_id for update`,
);

const remove = statement(
  'delete_schedule_gates',
  'delete from millrace.schedule_gate where schedule_id = any($1::uuid[])',
);

/**
 * Runs that have ended, or are no more, let others on: who waits at their gate has it from now on, and is offered by its
 * queues again. Gives the wake-ups to publish once the transaction has committed.
 */
export async function releaseGates(executor: Executor, flowRunIds: readonly string[]): Promise<Signal[]> {
  if (flowRunIds.length === 0) return [];
  const ended = new Set(flowRunIds);
  const free: string[] = [];
  const passedOn: Gate[] = [];
  const left: Gate[] = [];
  for (const gate of await executor.run(lock, [flowRunIds])) {
    const { schedule_id, flow_run_id, waiting_flow_run_id: next } = gate;
    const isWaiting = next !== null && !ended.has(next);
    if (!ended.has(flow_run_id)) left.push({ ...gate, waiting_flow_run_id: null });
    else if (isWaiting) passedOn.push({ schedule_id, flow_run_id: next, waiting_flow_run_id: null });
    else free.push(schedule_id);
  }
  await writeGates(executor, [...passedOn, ...left]);
  if (free.length > 0) await executor.run(remove, [free]);
  if (passedOn.length === 0) return [];
  const entries = await insertQueueEntries(
    executor,
    passedOn.map((gate) => gate.flow_run_id),
  );
  return [...new Set(entries.map((entry) => entry.work_queue_id))].map((id): Signal => ({ kind: 'queue', id }));
}
