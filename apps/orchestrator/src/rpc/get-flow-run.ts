import type { GetFlowRunRequest } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { getFlowRun as findFlowRun, flowRunMessage } from '@millrace/db';
import { notFound } from '@millrace/rpc/errors';
import type { Context } from '../context.ts';

export async function getFlowRun({ database }: Pick<Context, 'database'>, request: GetFlowRunRequest) {
  const row = await findFlowRun(database, request.id);
  if (!row) throw notFound('flow run', request.id);
  return { flowRun: flowRunMessage(row) };
}
