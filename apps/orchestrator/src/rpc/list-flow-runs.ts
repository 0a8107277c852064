import { create, toBinary } from '@bufbuild/protobuf';
import { FlowRunFilterSchema } from '@millrace/contracts/millrace/v1/flow_run_filter_pb';
import { FlowRunSchema } from '@millrace/contracts/millrace/v1/flow_run_pb';
import type { ListFlowRunsRequest } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import {
  countFlowRuns,
  type FlowRunPosition,
  type FlowRunSort,
  listFlowRuns as findFlowRuns,
  flowRunMessage,
} from '@millrace/db';
import { invalidArgument } from '@millrace/rpc/errors';
import { filterFingerprint, nextPageToken, type Page, readPage } from '@millrace/service';
import type { Context } from '../context.ts';
import { bySize } from '../messages/by-size.ts';
import { readFlowRunFilter } from '../requests/read-flow-run-filter.ts';

// Each key: the time, the id, and for which filter the token was made.
const sorts = { sort_at: 3, created: 3 } satisfies Record<FlowRunSort, number>;

export async function listFlowRuns({ database }: Pick<Context, 'database'>, request: ListFlowRunsRequest) {
  const page = readPage(request, sorts);
  const sort = page.sort as FlowRunSort;
  const wanted = request.filter ?? create(FlowRunFilterSchema);
  const filter = readFlowRunFilter(wanted, 'filter');
  const fingerprint = filterFingerprint(toBinary(FlowRunFilterSchema, wanted));
  const after = positionOf(page, fingerprint);
  const [found, totalCount] = await Promise.all([
    findFlowRuns(database, { filter, sort, after, limit: page.size + 1 }),
    request.includeTotal ? countFlowRuns(database, filter) : undefined,
  ]);
  // A page is also full when it is as large as a message may be; parameters are.
  const messages = found.slice(0, page.size).map((row) => create(FlowRunSchema, flowRunMessage(row)));
  const [flowRuns = []] = bySize(messages, (run) => toBinary(FlowRunSchema, run).byteLength);
  const last = found.length > flowRuns.length ? found[flowRuns.length - 1] : undefined;
  return {
    flowRuns,
    nextPageToken: last ? nextPageToken(sort, [last[sort], last.id, fingerprint]) : '',
    ...(totalCount === undefined ? {} : { totalCount }),
  };
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
