import type { ListWorkQueuesRequest } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { countWorkQueues, listWorkQueues as findWorkQueues, workQueueMessage } from '@millrace/db';
import { nextPageToken, readPage } from '@millrace/service';
import type { Context } from '../context.ts';

export async function listWorkQueues({ database }: Context, request: ListWorkQueuesRequest) {
  const page = readPage(request, { name: 1 });
  const nameLike = request.filter?.nameLike ?? '';
  const [found, totalCount] = await Promise.all([
    findWorkQueues(database, { nameLike, after: page.after?.[0], limit: page.size + 1 }),
    request.includeTotal ? countWorkQueues(database, nameLike) : undefined,
  ]);
  const rows = found.slice(0, page.size);
  const last = found.length > rows.length ? rows.at(-1) : undefined;
  return {
    workQueues: rows.map(workQueueMessage),
    nextPageToken: last ? nextPageToken(page.sort, [last.name]) : '',
    ...(totalCount === undefined ? {} : { totalCount }),
  };
}
