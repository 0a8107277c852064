import type { ListStoragesRequest } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { countStorages, listStorages as findStorages, storageMessage } from '@millrace/db';
import { nextPageToken, readPage } from '@millrace/service';
import type { Context } from '../context.ts';

export async function listStorages({ database }: Context, request: ListStoragesRequest) {
  const page = readPage(request, { name: 1 });
  const nameLike = request.filter?.nameLike ?? '';
  const [found, totalCount] = await Promise.all([
    findStorages(database, { nameLike, after: page.after?.[0], limit: page.size + 1 }),
    request.includeTotal ? countStorages(database, nameLike) : undefined,
  ]);
  const rows = found.slice(0, page.size);
  const last = found.length > rows.length ? rows.at(-1) : undefined;
  return {
    storages: rows.map(storageMessage),
    nextPageToken: last ? nextPageToken(page.sort, [last.name]) : '',
    ...(totalCount === undefined ? {} : { totalCount }),
  };
}
