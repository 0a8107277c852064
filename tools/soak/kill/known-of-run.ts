import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import type { LogRecord } from '@millrace/contracts/millrace/v1/log_record_pb';
import type { State } from '@millrace/contracts/millrace/v1/state_pb';
import type { MillraceClient } from 'millrace/client';

/** All that the server says of a run. */
export interface KnownOfRun {
  readonly flowRun: FlowRun;
  /** Oldest first. */
  readonly states: readonly State[];
  readonly logs: readonly LogRecord[];
}

export async function readKnownOfRun(client: MillraceClient, flowRunId: string): Promise<KnownOfRun> {
  const [{ flowRun }, { states }, { logs }] = await Promise.all([
    client.flowRuns.getFlowRun({ id: flowRunId }),
    client.flowRuns.listFlowRunStates({ flowRunId }),
    client.logs.listLogs({ flowRunId, pageSize: 200 }),
  ]);
  if (!flowRun) throw new Error(`run ${flowRunId} is not there`);
  return { flowRun, states, logs };
}
