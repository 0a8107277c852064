import type { ListDeploymentVersionsRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { listDeploymentVersions as find, readDeployments } from '@millrace/db';
import { invalidArgument, notFound } from '@millrace/rpc/errors';
import { nextPageToken, readPage } from '@millrace/service';
import type { Context } from '../context.ts';
import { versionMessage } from '../messages/version-message.ts';
import { resolveDeployment } from '../requests/resolve-deployment.ts';

// More than any deployment has.
const beyond = 2 ** 31 - 1;

export async function listDeploymentVersions({ database }: Context, request: ListDeploymentVersionsRequest) {
  const { size, after } = readPage({ ...request, sort: '' }, { version: 1 });
  const below = after ? Number(after[0]) : beyond;
  if (!(Number.isInteger(below) && below > 0 && below <= beyond))
    throw invalidArgument([{ field: 'page_token', description: 'is not a token of this list' }]);
  const id = await resolveDeployment(database, request.key);
  const found = await find(database, id, { below, limit: size + 1 });
  // Every deployment has a version.
  if (found.length === 0 && !after && (await readDeployments(database, [id])).length === 0)
    throw notFound('deployment', request.key.value ?? '');
  const rows = found.slice(0, size);
  const last = found.length > rows.length ? rows.at(-1) : undefined;
  return {
    versions: rows.map(versionMessage),
    nextPageToken: last ? nextPageToken('version', [last.version]) : '',
  };
}
