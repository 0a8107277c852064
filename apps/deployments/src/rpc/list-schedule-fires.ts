import { type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';
import type { ListScheduleFiresRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import {
  countScheduleFires,
  type Database,
  listScheduleFires as findScheduleFires,
  readDeployments,
  type ScheduleFireFilter,
  type ScheduleFirePosition,
} from '@millrace/db';
import { invalidArgument, notFound } from '@millrace/rpc/errors';
import { filterFingerprint, nextPageToken, type Page, readPage } from '@millrace/service';
import type { Context } from '../context.ts';
import { scheduleFireMessage, storedFireStatuses } from '../messages/schedule-fire-message.ts';
import { resolveDeployment } from '../requests/resolve-deployment.ts';
import { unknownSlug } from '../requests/unknown-slug.ts';

// Postgres takes no U+0000.
const isSlug = /^[^\0]{1,255}$/;

export async function listScheduleFires({ database }: Context, request: ListScheduleFiresRequest) {
  // A token holds the filter's fingerprint, then the row's key.
  const page = readPage({ ...request, sort: '' }, { fire_time: 3 });
  const filter = await readFilter(database, request);
  const fingerprint = filterFingerprint(JSON.stringify(filter));
  const after = positionOf(page, fingerprint);
  const [found, totalCount] = await Promise.all([
    findScheduleFires(database, { filter, after, limit: page.size + 1 }),
    request.includeTotal ? countScheduleFires(database, filter) : undefined,
  ]);
  const rows = found.slice(0, page.size);
  const last = found.length > rows.length ? rows.at(-1) : undefined;
  return {
    fires: rows.map(scheduleFireMessage),
    nextPageToken: last ? nextPageToken(page.sort, [fingerprint, last.fire_at, last.slug]) : '',
    ...(totalCount === undefined ? {} : { totalCount }),
  };
}

async function readFilter(database: Database, request: ListScheduleFiresRequest): Promise<ScheduleFireFilter> {
  const { key, scheduleSlug: slug } = request;
  const deploymentId = await resolveDeployment(database, key);
  const [deployment] = await readDeployments(database, [deploymentId]);
  if (!deployment) throw notFound('deployment', key.value ?? '');
  const slugs = deployment.schedules.map((schedule) => schedule.slug);
  if (slug !== undefined && !slugs.includes(slug)) throw unknownSlug(slug, slugs);
  return {
    deploymentId,
    slug: slug ?? null,
    from: toMs(request.fireAfter),
    until: toMs(request.fireBefore),
    statuses: storedFireStatuses(request.statuses),
  };
}

function toMs(timestamp: Timestamp | undefined): number | null {
  return timestamp ? timestampMs(timestamp) : null;
}

function positionOf({ after }: Page, fingerprint: string): ScheduleFirePosition | undefined {
  if (!after) return undefined;
  const [madeFor, time = '', slug = ''] = after;
  const bad = (description: string) => invalidArgument([{ field: 'page_token', description }]);
  if (madeFor !== fingerprint) throw bad('was made for another deployment or other conditions');
  const fireAt = Number(time);
  if (!time || !(Math.abs(fireAt) <= 8.64e15) || !isSlug.test(slug)) throw bad('is not a token of this list');
  return { fireAt, slug };
}
