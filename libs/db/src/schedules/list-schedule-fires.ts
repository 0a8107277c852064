import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { countRows } from '../connection/count-rows.ts';
import { toInstant } from '../connection/instant.ts';
import type { Tables } from '../connection/tables.ts';
import type { Transaction } from '../connection/with-transaction.ts';

/** A fire as the ledger has it. */
export interface ScheduleFireRow {
  slug: string;
  fire_at: number;
  /** "scheduled", "started" or "skipped". */
  status: string;
  reason: string | null;
  flow_run_id: string | null;
}

/** Of one deployment; all conditions must hold. */
export interface ScheduleFireFilter {
  readonly deploymentId: string;
  /** Null: all of its schedules. */
  readonly slug: string | null;
  /** Epoch milliseconds, inclusive; null is no condition. */
  readonly from: number | null;
  /** Epoch milliseconds, inclusive; null is no condition. */
  readonly until: number | null;
  /** None is no condition. */
  readonly statuses: readonly string[];
}

/** A place in the list: the last fire before it. */
export interface ScheduleFirePosition {
  readonly fireAt: number;
  readonly slug: string;
}

/** A page of the ledger, newest first, then by slug. */
export async function listScheduleFires(
  { kysely }: Pick<Transaction, 'kysely'>,
  query: {
    readonly filter: ScheduleFireFilter;
    readonly after: ScheduleFirePosition | undefined;
    readonly limit: number;
  },
): Promise<ScheduleFireRow[]> {
  const { filter, after, limit } = query;
  return (
    schedulesOf(kysely, filter)
      // As many of each schedule, from the end of its part of the ledger: a ledger of years is not read to show a page.
      .innerJoinLateral(
        (eb) =>
          eb
            .selectFrom('schedule_fire as f')
            .select(['f.fire_at', 'f.status', 'f.reason', 'f.flow_run_id'])
            .where((inner) => inner.and([...conditions(inner, filter), ...(after ? behind(after) : [])]))
            .orderBy('f.fire_at', 'desc')
            .limit(limit)
            .as('fire'),
        (join) => join.onTrue(),
      )
      .select(['s.slug', 'fire.fire_at', 'fire.status', 'fire.reason', 'fire.flow_run_id'])
      .orderBy('fire.fire_at', 'desc')
      .orderBy('s.slug')
      .limit(limit)
      .execute()
  );
}

/** How many fires match; 10,001 means more than 10,000. */
export function countScheduleFires(database: Pick<Transaction, 'kysely'>, filter: ScheduleFireFilter): Promise<number> {
  const matching = schedulesOf(database.kysely, filter)
    .innerJoin('schedule_fire as f', (join) => join.on((eb) => eb.and(conditions(eb, filter))))
    .select(sql<number>`1`.as('one'));
  return countRows(database, matching);
}

function schedulesOf(kysely: Transaction['kysely'], { deploymentId, slug }: ScheduleFireFilter) {
  const schedules = kysely.selectFrom('schedule as s').where('s.deployment_id', '=', deploymentId);
  return slug === null ? schedules : schedules.where('s.slug', '=', slug);
}

type Fires = Tables & { s: Tables['schedule']; f: Tables['schedule_fire'] };

function conditions(eb: ExpressionBuilder<Fires, 's' | 'f'>, filter: ScheduleFireFilter): Expression<SqlBool>[] {
  const { from, until, statuses } = filter;
  const held: Expression<SqlBool>[] = [eb('f.schedule_id', '=', eb.ref('s.id'))];
  if (from !== null) held.push(sql<SqlBool>`f.fire_at >= ${toInstant(from)}::timestamptz`);
  if (until !== null) held.push(sql<SqlBool>`f.fire_at <= ${toInstant(until)}::timestamptz`);
  if (statuses.length > 0) held.push(eb('f.status', 'in', statuses));
  return held;
}

// The first of the two is what the index is used for.
function behind({ fireAt, slug }: ScheduleFirePosition): Expression<SqlBool>[] {
  const at = sql`${toInstant(fireAt)}::timestamptz`;
  return [sql<SqlBool>`f.fire_at <= ${at}`, sql<SqlBool>`(f.fire_at < ${at} or s.slug > ${slug})`];
}
