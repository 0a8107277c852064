import { durationMs, type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { FlowRunService, GetFlowRunResponseSchema } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { stateText } from '../flow-run-text.ts';
import { collectPages } from '../pages.ts';
import { flowRunId } from '../resource-name.ts';
import { durationText } from '../times.ts';

export async function run({ input, output, settings }: Invocation): Promise<undefined> {
  const id = flowRunId(input.argument);
  using api = openApi(settings);
  const runs = api.client(FlowRunService);
  if (output.json) {
    await output.reply(GetFlowRunResponseSchema, await runs.getFlowRun({ id }));
    return;
  }
  const [{ flowRun }, { items: states }] = await Promise.all([
    runs.getFlowRun({ id }),
    collectPages(async (_, pageToken) => {
      const page = await runs.listFlowRunStates({ flowRunId: id, pageToken });
      return { items: page.states, nextPageToken: page.nextPageToken };
    }),
  ]);
  if (!flowRun) return;
  const time = (timestamp: Timestamp | undefined) => timestamp && output.time(timestampMs(timestamp));
  const { infrastructure } = flowRun;
  output.details([
    ['Name', flowRun.name],
    ['ID', flowRun.id],
    ['Flow', flowRun.flowName],
    ['Parent', flowRun.parentFlowRunId],
    ['Deployment', flowRun.deploymentName],
    ['Version', flowRun.deploymentVersion?.toString()],
    ['State', flowRun.state && stateText(flowRun.state)],
    ['Expected start', time(flowRun.expectedStartTime)],
    ['Started', time(flowRun.startTime)],
    ['Ended', time(flowRun.endTime)],
    ['Run time', flowRun.totalRunTime && durationText(durationMs(flowRun.totalRunTime))],
    ['Run count', String(flowRun.runCount)],
    ['Made by', madeBy(flowRun)],
    ['Parameters', JSON.stringify(flowRun.parameters ?? {})],
    ['Tags', flowRun.tags.join(', ')],
    ['Flow runner', flowRun.flowRunner?.type],
    ['Held by', flowRun.holder],
    [
      'Process',
      infrastructure?.pid ? `${infrastructure.pid} on ${infrastructure.host ?? 'an unknown machine'}` : undefined,
    ],
    ['Exit code', infrastructure?.exitCode?.toString()],
    ['Signal', infrastructure?.signal],
  ]);
  output.line();
  output.table(
    ['STATE', 'WHEN', 'BY', 'MESSAGE'],
    states.map((state) => [state.name, time(state.timestamp) ?? '', state.actor, state.message]),
  );
}

function madeBy({ autoScheduled, parentFlowRunId }: FlowRun): string {
  if (autoScheduled) return 'a schedule';
  return parentFlowRunId ? 'another run' : 'hand';
}
