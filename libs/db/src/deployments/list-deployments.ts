import { sql } from 'kysely';
import { countRows } from '../connection/count-rows.ts';
import type { Database } from '../connection/database.ts';
import { toInstant } from '../connection/instant.ts';
import type { CurrentDeployment } from './read-deployments.ts';
import { readDeployments } from './read-deployments.ts';

/** All that is given must hold. */
export interface DeploymentFilter {
  readonly flowNames?: readonly string[];
  readonly tagsAll?: readonly string[];
  /** Part of the deployment's name, whatever the case. */
  readonly nameLike?: string;
}

/** The order of a list, and after which deployment it goes on. */
export type DeploymentOrder =
  | { readonly by: 'name'; readonly after?: { readonly flowName: string; readonly name: string } }
  | { readonly by: 'created'; readonly after?: { readonly created: number; readonly id: string } };

/** One page of deployments, in order. */
export async function listDeployments(
  database: Database,
  query: { readonly filter: DeploymentFilter; readonly order: DeploymentOrder; readonly limit: number },
): Promise<CurrentDeployment[]> {
  const { order } = query;
  let select = filtered(database, query.filter).select('d.id').limit(query.limit);
  if (order.by === 'name') {
    select = select.orderBy('f.name').orderBy('d.name');
    if (order.after)
      select = select.where(sql<boolean>`(f.name, d.name) > (${order.after.flowName}, ${order.after.name})`);
  } else {
    select = select.orderBy('d.created', 'desc').orderBy('d.id', 'desc');
    if (order.after)
      select = select.where(
        sql<boolean>`(d.created, d.id) < (${toInstant(order.after.created)}::timestamptz, ${order.after.id}::uuid)`,
      );
  }
  const rows = await select.execute();
  return readDeployments(
    database,
    rows.map((row) => row.id),
  );
}

/** How many deployments match; 10,001 means more than 10,000. */
export function countDeployments(database: Database, filter: DeploymentFilter): Promise<number> {
  return countRows(database, filtered(database, filter).select('d.id'));
}

function filtered(database: Database, { flowNames, tagsAll, nameLike }: DeploymentFilter) {
  let select = database.kysely
    .selectFrom('deployment as d')
    .innerJoin('flow as f', 'f.id', 'd.flow_id')
    .innerJoin('deployment_version as v', (join) =>
      join.onRef('v.deployment_id', '=', 'd.id').onRef('v.version', '=', 'd.version'),
    );
  if (flowNames?.length) select = select.where('f.name', 'in', flowNames);
  if (tagsAll?.length) select = select.where(sql<boolean>`v.tags @> ${tagsAll}::text[]`);
  if (nameLike) select = select.where(sql<boolean>`strpos(lower(d.name), lower(${nameLike})) > 0`);
  return select;
}
