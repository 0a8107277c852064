import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import type { Deployment } from '@millrace/contracts/millrace/v1/deployment_pb';
import {
  DeploymentService,
  type PlannedFire,
  type ScheduleFlowRunsResponse,
  ScheduleFlowRunsResponseSchema,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { MillraceError } from '@millrace/rpc/errors';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { fireStatusText } from '../fire-text.ts';
import type { Input } from '../input.ts';
import { namingOptions } from '../naming-options.ts';
import type { Output } from '../output.ts';
import { findPaused, pausedText } from '../paused-schedules.ts';
import { deploymentKey } from '../resource-name.ts';
import { readTimeFlag } from '../time-flag.ts';
import { isoTime } from '../times.ts';
import { CommandError, UsageError } from '../usage-error.ts';

const DEFAULT_MAX_RUNS = 100;
// What the server takes.
const MOST_MAX_RUNS = 10_000;

export async function run({ input, output, settings, clock }: Invocation): Promise<undefined> {
  const key = deploymentKey(input.argument);
  const from = readTimeFlag(input, 'from');
  if (from === undefined) throw new UsageError('--from TIME is needed: where the window begins');
  const until = readTimeFlag(input, 'until') ?? clock.now();
  const slug = input.text('schedule');
  const request = {
    ...{ key, startTime: timestampFromMs(from), endTime: timestampFromMs(until) },
    ...(slug !== undefined && { scheduleSlug: slug }),
    maxRuns: input.integer('max-runs') ?? DEFAULT_MAX_RUNS,
    dryRun: input.on('dry-run'),
  };
  using api = openApi(settings);
  const deployments = api.client(DeploymentService);
  const { deployment } = await deployments.getDeployment({ key });
  const reply = await deployments
    .scheduleFlowRuns(request)
    .catch((error) => namingOptions(namingPaused(error, input, deployment)));
  if (output.json) await output.reply(ScheduleFlowRunsResponseSchema, reply);
  else show(reply, request.dryRun, output);
  const paused = deployment && slug === undefined ? findPaused(deployment, { as: input.argument }) : [];
  for (const each of paused) output.note(pausedText(each, ', and was left out'));
  const fireAfter: FireAfter = async (time, scheduleSlug) => {
    if (time >= until) return undefined;
    const rest = { scheduleSlug, startTime: timestampFromMs(time + 1), maxRuns: 1, dryRun: true };
    const { fires } = await deployments.scheduleFlowRuns({ ...request, ...rest });
    return fires[0] && timeOf(fires[0]);
  };
  for (const line of await tellCuts(reply.fires, request.maxRuns, fireAfter)) output.note(line);
}

/** The next fire of a schedule in the window. */
type FireAfter = (time: number, slug: string) => Promise<number | undefined>;

function show({ fires, createdFlowRuns }: ScheduleFlowRunsResponse, dryRun: boolean, output: Output): void {
  output.table(
    ['TIME', 'SCHEDULE', 'STATUS', 'FLOW RUN'],
    fires.map((planned) => [...cells(planned, dryRun), planned.fire?.flowRunId ?? '-']),
  );
  const runs = createdFlowRuns === 1 ? '1 run' : `${createdFlowRuns} runs`;
  output.note(dryRun ? `${runs} would be made.` : `Made ${runs}.`);
}

function cells({ fire, created }: PlannedFire, dryRun: boolean): string[] {
  if (!fire) return ['-', '-', '-'];
  const status = created ? (dryRun ? 'to be made' : 'made') : fireStatusText(fire);
  const time = timeOf({ fire });
  return [time === undefined ? '-' : isoTime(time), fire.scheduleSlug, status];
}

function timeOf({ fire }: Pick<PlannedFire, 'fire'>): number | undefined {
  return fire?.fireTime && timestampMs(fire.fireTime);
}

/** The reply doesn't say whether a window has more; of each schedule that got all it may have, the next fire is asked for. */
async function tellCuts(fires: readonly PlannedFire[], maxRuns: number, fireAfter: FireAfter): Promise<string[]> {
  const lines: string[] = [];
  let earliest = Number.POSITIVE_INFINITY;
  for (const [slug, own] of Map.groupBy(fires, ({ fire }) => fire?.scheduleSlug ?? '')) {
    if (own.length < maxRuns) continue;
    const at = await fireAfter(Math.max(...own.map((planned) => timeOf(planned) ?? 0)), slug);
    if (at === undefined) continue;
    earliest = Math.min(earliest, at);
    const first = maxRuns === 1 ? 'first fire' : `first ${maxRuns} fires`;
    lines.push(`Only the ${first} of schedule '${slug}' are among these: there are more from ${isoTime(at)} on.`);
  }
  if (lines.length === 0) return lines;
  const raise = maxRuns < MOST_MAX_RUNS ? `say --max-runs with more than ${maxRuns}, or ` : '';
  return [...lines, `To have them too, ${raise}go on with --from ${isoTime(earliest)}.`];
}

/** The server knows no command that would resume what is paused. */
function namingPaused(error: unknown, input: Input, deployment: Deployment | undefined): unknown {
  if (!(error instanceof MillraceError) || error.reason !== 'NO_ACTIVE_SCHEDULE' || !deployment) return error;
  const [first, ...others] = findPaused(deployment, { as: input.argument, slug: input.text('schedule') });
  if (!first) return error;
  return new CommandError(`${first.what} is paused`, [
    first.advice,
    ...others.map((each) => pausedText(each, ' besides')),
  ]);
}
