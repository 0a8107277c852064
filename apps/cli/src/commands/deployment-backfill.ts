import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import {
  DeploymentService,
  type PlannedFire,
  ScheduleFlowRunsResponseSchema,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { fireStatusText } from '../fire-text.ts';
import { deploymentKey } from '../resource-name.ts';
import { readTimeFlag } from '../time-flag.ts';
import { isoTime } from '../times.ts';
import { UsageError } from '../usage-error.ts';

export async function run({ input, output, settings, clock }: Invocation): Promise<undefined> {
  const key = deploymentKey(input.argument);
  const from = readTimeFlag(input, 'from');
  if (from === undefined) throw new UsageError('--from TIME is needed: where the window begins');
  const scheduleSlug = input.text('schedule');
  const maxRuns = input.integer('max-runs');
  const dryRun = input.on('dry-run');
  using api = openApi(settings);
  const reply = await api.client(DeploymentService).scheduleFlowRuns({
    ...{ key, dryRun, startTime: timestampFromMs(from) },
    endTime: timestampFromMs(readTimeFlag(input, 'until') ?? clock.now()),
    ...(scheduleSlug !== undefined && { scheduleSlug }),
    ...(maxRuns !== undefined && { maxRuns }),
  });
  if (output.json) {
    await output.reply(ScheduleFlowRunsResponseSchema, reply);
    return;
  }
  output.table(
    ['TIME', 'SCHEDULE', 'STATUS', 'FLOW RUN'],
    reply.fires.map((planned) => [...cells(planned, dryRun), planned.fire?.flowRunId ?? '-']),
  );
  const runs = reply.createdFlowRuns === 1 ? '1 run' : `${reply.createdFlowRuns} runs`;
  output.note(dryRun ? `${runs} would be made.` : `Made ${runs}.`);
}

function cells({ fire, created }: PlannedFire, dryRun: boolean): string[] {
  if (!fire) return ['-', '-', '-'];
  const time = fire.fireTime ? isoTime(timestampMs(fire.fireTime)) : '-';
  const status = created ? (dryRun ? 'to be made' : 'made') : fireStatusText(fire);
  return [time, fire.scheduleSlug, status];
}
