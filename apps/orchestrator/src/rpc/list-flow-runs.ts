import { createHash } from 'node:crypto';
import { create, toBinary } from '@bufbuild/protobuf';
import { type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';
import {
  type ListFlowRunsRequest,
  type ListFlowRunsRequest_Filter,
  ListFlowRunsRequest_FilterSchema,
} from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import {
  countFlowRuns,
  type FlowRunFilter,
  type FlowRunPosition,
  type FlowRunSort,
  listFlowRuns as findFlowRuns,
  flowRunMessage,
  stateTypeOf,
} from '@millrace/db';
import { invalidArgument } from '@millrace/rpc/errors';
import { nextPageToken, type Page, readPage } from '@millrace/service';
import type { Context } from '../context.ts';

// Each key: the time, the id, and for which filter the token was made.
const sorts = { sort_at: 3, created: 3 } satisfies Record<FlowRunSort, number>;

export async function listFlowRuns({ database }: Pick<Context, 'database'>, request: ListFlowRunsRequest) {
  const page = readPage(request, sorts);
  const sort = page.sort as FlowRunSort;
  const wanted = request.filter ?? create(ListFlowRunsRequest_FilterSchema);
  const filter = toFilter(wanted);
  const fingerprint = fingerprintOf(wanted);
  const after = positionOf(page, fingerprint);
  const [found, totalCount] = await Promise.all([
    findFlowRuns(database, { filter, sort, after, limit: page.size + 1 }),
    request.includeTotal ? countFlowRuns(database, filter) : undefined,
  ]);
  const rows = found.slice(0, page.size);
  const last = found.length > rows.length ? rows.at(-1) : undefined;
  return {
    flowRuns: rows.map(flowRunMessage),
    nextPageToken: last ? nextPageToken(sort, [last[sort], last.id, fingerprint]) : '',
    ...(totalCount === undefined ? {} : { totalCount }),
  };
}

function toFilter(filter: ListFlowRunsRequest_Filter): FlowRunFilter {
  return {
    stateTypes: filter.stateTypes.flatMap((type) => stateTypeOf(type) ?? []),
    stateNames: filter.stateNames,
    deploymentIds: filter.deploymentIds,
    deploymentNames: filter.deploymentNames.map(splitName),
    flowNames: filter.flowNames,
    tagsAll: filter.tagsAll,
    nameLike: filter.nameLike,
    expectedStartAfter: toMs(filter.expectedStartAfter),
    expectedStartBefore: toMs(filter.expectedStartBefore),
  };
}

function splitName(name: string, index: number): { flow: string; deployment: string } {
  const [flow, deployment, ...more] = name.split('/');
  if (flow && deployment && more.length === 0) return { flow, deployment };
  const description = `${JSON.stringify(name)} is not of the form "flow/deployment"`;
  throw invalidArgument([{ field: `filter.deployment_names[${index}]`, description }]);
}

function toMs(timestamp: Timestamp | undefined): number | null {
  return timestamp ? timestampMs(timestamp) : null;
}

function fingerprintOf(filter: ListFlowRunsRequest_Filter): string {
  const bytes = toBinary(ListFlowRunsRequest_FilterSchema, filter);
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 12);
}

function positionOf({ after }: Page, fingerprint: string): FlowRunPosition | undefined {
  if (!after) return undefined;
  const [time = '', id = '', madeFor] = after;
  const at = Number(time);
  if (madeFor !== fingerprint)
    throw invalidArgument([{ field: 'page_token', description: 'was made for another filter' }]);
  if (!time || !Number.isFinite(at) || !/^[0-9a-f-]{36}$/.test(id))
    throw invalidArgument([{ field: 'page_token', description: 'is not a token of this list' }]);
  return { at, id };
}
