import type { ListDeploymentsRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import {
  type CurrentDeployment,
  countDeployments,
  type DeploymentFilter,
  type DeploymentOrder,
  listDeployments as findDeployments,
} from '@millrace/db';
import { invalidArgument } from '@millrace/rpc/errors';
import { filterFingerprint, nextPageToken, type Page, readPage } from '@millrace/service';
import type { Context } from '../context.ts';
import { deploymentMessage } from '../messages/deployment-message.ts';

const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export async function listDeployments({ database }: Context, request: ListDeploymentsRequest) {
  const { flowNames = [], tagsAll = [], nameLike = '' } = request.filter ?? {};
  const filter: DeploymentFilter = { flowNames, tagsAll, nameLike };
  const fingerprint = filterFingerprint(JSON.stringify(filter));
  // A token holds the filter's fingerprint, then the row's key.
  const page = readPage(request, { name: 3, created: 3 });
  const order = readOrder(page, fingerprint);
  const [found, totalCount] = await Promise.all([
    findDeployments(database, { filter, order, limit: page.size + 1 }),
    request.includeTotal ? countDeployments(database, filter) : undefined,
  ]);
  const rows = found.slice(0, page.size);
  const last = found.length > rows.length ? rows.at(-1) : undefined;
  return {
    deployments: rows.map(deploymentMessage),
    nextPageToken: last ? nextPageToken(page.sort, [fingerprint, ...keyOf(last, order.by)]) : '',
    ...(totalCount === undefined ? {} : { totalCount }),
  };
}

function keyOf(row: CurrentDeployment, by: DeploymentOrder['by']): [string, string] {
  return by === 'name' ? [row.flow_name, row.name] : [String(row.created), row.id];
}

function readOrder({ sort, after }: Page, fingerprint: string): DeploymentOrder {
  const by = sort === 'created' ? 'created' : 'name';
  if (!after) return { by };
  const [madeFor, first = '', second = ''] = after;
  const bad = (description: string) => invalidArgument([{ field: 'page_token', description }]);
  if (madeFor !== fingerprint) throw bad('was made for another filter');
  if (by === 'name') return { by, after: { flowName: first, name: second } };
  const created = Number(first);
  if (!(Math.abs(created) <= 8.64e15) || !isId.test(second)) throw bad('is not a token of this list');
  return { by, after: { created, id: second } };
}
