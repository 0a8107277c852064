import type { StateType } from '@millrace/orchestration';
import { type Executor, statement } from '../connection/statement.ts';

/** What was once answered to a request. */
export interface FirstAnswer {
  flow_run_id: string;
  id: string;
  epoch: number;
  request_id: string;
  answer_status: 'ACCEPT' | 'REJECT';
  answer_reason: string;
  type: StateType;
  name: string;
  message: string;
  timestamp: number;
  data_encoding: string | null;
  data_blob: Buffer | null;
  scheduled_time: number | null;
  cause: string | null;
}

// A run's history begins with the run: older days are not probed.
const find = statement<FirstAnswer>(
  'find_first_answers',
  `select s.flow_run_id, s.id, s.epoch, s.request_id, s.answer_status, s.answer_reason, s.type, s.name, s.message, s."timestamp",
          s.data_encoding, s.data_blob, s.scheduled_time, s.cause
   from unnest($1::uuid[], $2::uuid[]) as asked(flow_run_id, request_id)
   join millrace.flow_run r on r.id = asked.flow_run_id
   cross join lateral (
     select * from millrace.flow_run_state h
     where h.flow_run_id = r.id and h.request_id = asked.request_id and h.received >= r.created
     limit 1
   ) s`,
);

/** For each request that led to a state before: what was answered. */
export function findFirstAnswers(
  executor: Executor,
  flowRunIds: readonly string[],
  requestIds: readonly string[],
): Promise<FirstAnswer[]> {
  return executor.run(find, [flowRunIds, requestIds]);
}
