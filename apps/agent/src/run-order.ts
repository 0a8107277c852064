import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { DataDocument } from '@millrace/contracts/millrace/v1/data_document_pb';
import type { Assignment } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import type { RunToStart } from '@millrace/runners';
import type { JsonObject } from 'millrace/engine';

/** What is to be run, and how, as an assignment says it. */
export interface RunOrder {
  readonly flowRunId: string;
  readonly epoch: number;
  readonly runnerType: string;
  readonly runnerConfig: JsonObject;
  readonly flowData: DataDocument | undefined;
  /** What the engine gets, less what this agent adds. */
  readonly assignment: Omit<RunToStart['assignment'], 'package' | 'urls'>;
}

/** Undefined for an assignment without a run, which no server sends. */
export function readOrder({ flowRun, epoch, flowData }: Assignment): RunOrder | undefined {
  if (!flowRun) return undefined;
  const scheduled = flowRun.state?.details?.scheduledTime ?? flowRun.expectedStartTime;
  return {
    flowRunId: flowRun.id,
    epoch,
    runnerType: flowRun.flowRunner?.type || 'universal',
    runnerConfig: flowRun.flowRunner?.config ?? {},
    flowData,
    assignment: {
      flowRunId: flowRun.id,
      flowRunName: flowRun.name,
      epoch,
      flowName: flowRun.flowName,
      deploymentId: flowRun.deploymentId,
      deploymentName: flowRun.deploymentName,
      tags: flowRun.tags,
      parameters: flowRun.parameters ?? {},
      runCount: flowRun.runCount,
      scheduledTime: scheduled ? timestampMs(scheduled) : 0,
    },
  };
}

/** The same run handed out again is another one. */
export function keyOf({ flowRunId, epoch }: Pick<RunOrder, 'flowRunId' | 'epoch'>): string {
  return `${flowRunId} ${epoch}`;
}
