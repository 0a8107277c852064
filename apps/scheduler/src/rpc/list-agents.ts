import type { ListAgentsRequest } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { type AgentPosition, agentMessage, countAgents, listAgents as findAgents } from '@millrace/db';
import { invalidArgument } from '@millrace/rpc/errors';
import { nextPageToken, type Page, readPage } from '@millrace/service';
import type { Context } from '../context.ts';

export async function listAgents({ database, clock }: Pick<Context, 'database' | 'clock'>, request: ListAgentsRequest) {
  const page = readPage(request, { name: 2 });
  const nameLike = request.filter?.nameLike ?? '';
  const [found, totalCount] = await Promise.all([
    findAgents(database, { now: clock.now(), nameLike, after: positionOf(page), limit: page.size + 1 }),
    request.includeTotal ? countAgents(database, nameLike) : undefined,
  ]);
  const rows = found.slice(0, page.size);
  const last = found.length > rows.length ? rows.at(-1) : undefined;
  return {
    agents: rows.map(agentMessage),
    nextPageToken: last ? nextPageToken(page.sort, [last.name, last.id]) : '',
    ...(totalCount === undefined ? {} : { totalCount }),
  };
}

function positionOf({ after }: Page): AgentPosition | undefined {
  if (!after) return undefined;
  const [name = '', id = ''] = after;
  if (!/^[0-9a-f-]{36}$/.test(id))
    throw invalidArgument([{ field: 'page_token', description: 'is not a token of this list' }]);
  return { name, id };
}
