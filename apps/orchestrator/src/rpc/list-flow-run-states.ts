import type { ListFlowRunStatesRequest } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { readRunHeads } from '@millrace/db';
import { invalidArgument, notFound } from '@millrace/rpc/errors';
import { nextPageToken, readPage } from '@millrace/service';
import type { Context } from '../context.ts';
import { statesBySize } from '../messages/states-by-size.ts';

export async function listFlowRunStates({ database }: Pick<Context, 'database'>, request: ListFlowRunStatesRequest) {
  const { flowRunId, pageToken } = request;
  const { sort, after } = readPage({ sort: '', pageSize: 0, pageToken }, { ordinal: 1 });
  const [from = '0'] = after ?? [];
  if (!/^\d{1,9}$/.test(from))
    throw invalidArgument([{ field: 'page_token', description: 'is not a token of this list' }]);
  const head = (await readRunHeads(database, [flowRunId])).get(flowRunId.toLowerCase());
  if (!head) throw notFound('flow run', flowRunId);
  for await (const { states, last } of statesBySize(database, flowRunId, { after: Number(from) }))
    return { states, nextPageToken: last < head.state_count ? nextPageToken(sort, [last]) : '' };
  return { states: [] };
}
