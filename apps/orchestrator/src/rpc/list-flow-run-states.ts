import type { ListFlowRunStatesRequest } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { readFlowRunStates, stateMessage } from '@millrace/db';
import { notFound } from '@millrace/rpc/errors';
import type { Context } from '../context.ts';

export async function listFlowRunStates({ database }: Pick<Context, 'database'>, request: ListFlowRunStatesRequest) {
  const rows = await readFlowRunStates(database, request.flowRunId);
  // A run begins with a state: one without any is none.
  if (rows.length === 0) throw notFound('flow run', request.flowRunId);
  return { states: rows.map(stateMessage) };
}
