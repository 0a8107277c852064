import { type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';
import type { FlowRunFilter as FilterMessage } from '@millrace/contracts/millrace/v1/flow_run_filter_pb';
import { type FlowRunFilter, stateTypeOf } from '@millrace/db';
import { invalidArgument } from '@millrace/rpc/errors';

/** Reads a filter. INVALID_ARGUMENT, at `field` and below, for what can't be one. */
export function readFlowRunFilter(filter: FilterMessage, field: string): FlowRunFilter {
  return {
    stateTypes: filter.stateTypes.flatMap((type) => stateTypeOf(type) ?? []),
    stateNames: filter.stateNames,
    deploymentIds: filter.deploymentIds,
    deploymentNames: filter.deploymentNames.map((name, index) =>
      splitName(name, `${field}.deployment_names[${index}]`),
    ),
    flowNames: filter.flowNames,
    tagsAll: filter.tagsAll,
    nameLike: filter.nameLike,
    expectedStartAfter: toMs(filter.expectedStartAfter),
    expectedStartBefore: toMs(filter.expectedStartBefore),
    parentFlowRunId: filter.parentFlowRunId || null,
  };
}

function splitName(name: string, field: string): { flow: string; deployment: string } {
  const [flow, deployment, ...more] = name.split('/');
  if (flow && deployment && more.length === 0) return { flow, deployment };
  throw invalidArgument([{ field, description: `${JSON.stringify(name)} is not of the form "flow/deployment"` }]);
}

function toMs(timestamp: Timestamp | undefined): number | null {
  return timestamp ? timestampMs(timestamp) : null;
}
