import type { MessageInitShape } from '@bufbuild/protobuf';
import type { AssignmentSchema } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { type ClaimedRun, type Database, flowRunMessage, selectFlowRuns } from '@millrace/db';

/** The claimed runs as an agent gets them, with the code of the version that each belongs to, in the order of the claim. */
export async function readAssignments(
  database: Database,
  claimed: readonly ClaimedRun[],
): Promise<MessageInitShape<typeof AssignmentSchema>[]> {
  if (claimed.length === 0) return [];
  const ids = claimed.map((run) => run.flowRunId);
  const rows = await selectFlowRuns(database.kysely)
    .innerJoin('deployment_version as v', (join) =>
      join.onRef('v.deployment_id', '=', 'r.deployment_id').onRef('v.version', '=', 'r.deployment_version'),
    )
    .select(['v.flow_data_encoding', 'v.flow_data_blob'])
    .where('r.id', 'in', ids)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return claimed.flatMap(({ flowRunId, epoch }) => {
    const row = byId.get(flowRunId);
    if (!row) return [];
    const flowData = { encoding: row.flow_data_encoding, blob: Uint8Array.from(row.flow_data_blob) };
    return [{ flowRun: flowRunMessage(row), epoch, flowData }];
  });
}
