import { timestampMs } from '@bufbuild/protobuf/wkt';
import { newId } from '@millrace/clock';
import type { ScheduleFlowRunsRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import {
  type CurrentDeployment,
  type FireRange,
  lockDeploymentChanges,
  lockSchedulesOf,
  readDeployments,
  scheduleFlowRuns as schedule,
  TooManyFiresError,
  withTransaction,
} from '@millrace/db';
import { failedPrecondition, invalidArgument, notFound } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import { ScheduleError } from '@millrace/schedules';
import type { Context } from '../context.ts';
import { scheduleFireMessage } from '../messages/schedule-fire-message.ts';
import { resolveDeployment } from '../requests/resolve-deployment.ts';
import { unknownSlug } from '../requests/unknown-slug.ts';

const defaultWindowMs = 100 * 86_400_000;
const defaultMaxRuns = 100;

export async function scheduleFlowRuns(context: Context, request: ScheduleFlowRunsRequest, call: CallContext) {
  const { database, clock, signals } = context;
  const by = { now: clock.now(), actor: call.actor, newId: () => newId(clock) };
  const range = readRange(request, by.now);
  const made = await withTransaction(database, async (tx) => {
    const id = await resolveDeployment(tx, request.key);
    // Nobody changes, pauses or deletes it meanwhile.
    const isThere = await lockDeploymentChanges(tx, id);
    await lockSchedulesOf(tx, [id]);
    const [deployment] = isThere ? await readDeployments(tx, [id]) : [];
    if (!deployment) throw notFound('deployment', request.key.value ?? '');
    const scheduleIds = activeSchedules(deployment, request.scheduleSlug);
    return schedule(tx, { scheduleIds, range, dryRun: request.dryRun }, by);
  }).catch((error: unknown) => {
    if (error instanceof TooManyFiresError) throw invalidArgument([{ field: 'end_time', description: error.message }]);
    // It was accepted once, by an older server, or with a zone that this one does not know.
    if (error instanceof ScheduleError) throw failedPrecondition('SCHEDULE_CANNOT_FIRE', error.message);
    throw error;
  });
  signals.publish(made.signals);
  const fires = made.fires.map(({ fire, created }) => ({ fire: scheduleFireMessage(fire), created }));
  return { fires, createdFlowRuns: fires.filter(({ created }) => created).length };
}

function readRange({ startTime, endTime, maxRuns }: ScheduleFlowRunsRequest, now: number): FireRange {
  const from = startTime ? timestampMs(startTime) : now;
  const until = endTime ? timestampMs(endTime) : from + defaultWindowMs;
  if (until < from) throw invalidArgument([{ field: 'end_time', description: 'is before start_time' }]);
  return { from, until, limit: maxRuns || defaultMaxRuns };
}

function activeSchedules(deployment: CurrentDeployment, slug: string | undefined): string[] {
  const { schedules, is_schedule_active } = deployment;
  const slugs = schedules.map((each) => each.slug);
  if (slug !== undefined && !slugs.includes(slug)) throw unknownSlug(slug, slugs);
  const active = schedules.filter((each) => is_schedule_active && each.active && each.slug === (slug ?? each.slug));
  if (active.length > 0) return active.map((each) => each.id);
  const why = schedules.length === 0 ? 'the deployment has no schedule' : pausedText(deployment, slug);
  throw failedPrecondition('NO_ACTIVE_SCHEDULE', why);
}

function pausedText({ flow_name, name, is_schedule_active, schedules }: CurrentDeployment, slug: string | undefined) {
  if (!is_schedule_active) return `deployment ${JSON.stringify(`${flow_name}/${name}`)} is paused: resume it first`;
  const slugs = schedules.map((each) => each.slug).filter((each) => each === (slug ?? each));
  const listed = slugs.map((each) => JSON.stringify(each)).join(', ');
  return slugs.length === 1
    ? `schedule ${listed} is paused: resume it first`
    : `schedules ${listed} are paused: resume one first`;
}
