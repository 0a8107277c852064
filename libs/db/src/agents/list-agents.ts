import { type SqlBool, sql } from 'kysely';
import { countRows } from '../connection/count-rows.ts';
import type { Database } from '../connection/database.ts';
import { toInstant } from '../connection/instant.ts';
import { containing } from '../connection/like.ts';
import { lastSeen } from './last-seen.ts';

/** An agent's row, with what its lease tells; times are epoch milliseconds. */
export interface SelectedAgent {
  id: string;
  created: number;
  name: string;
  work_queue_names: string[];
  slots: number;
  flow_runner_types: string[];
  version: string;
  last_seen: number;
  connected: boolean;
}

/** A place in the list: the last agent before it. */
export interface AgentPosition {
  readonly name: string;
  readonly id: string;
}

/** Agents by name, then by id, after `after`. Default of `limit`: all. */
export function listAgents(
  database: Pick<Database, 'kysely'>,
  page: {
    /** Epoch milliseconds; who has no lease now is not connected. */
    readonly now: number;
    readonly nameLike?: string;
    readonly after?: AgentPosition | undefined;
    readonly limit?: number;
  },
): Promise<SelectedAgent[]> {
  const { now, nameLike = '', after, limit } = page;
  let query = matching(database, nameLike)
    .leftJoin('holder as h', 'h.id', 'a.id')
    .select(['a.id', 'a.created', 'a.name', 'a.work_queue_names', 'a.slots', 'a.flow_runner_types', 'a.version'])
    .select([
      sql<number>`${sql.raw(lastSeen)}`.as('last_seen'),
      sql<boolean>`a.stream_id is not null and coalesce(h.lease_until >= ${toInstant(now)}::timestamptz, false)`.as(
        'connected',
      ),
    ])
    .orderBy('a.name')
    .orderBy('a.id');
  if (after) query = query.where(sql<SqlBool>`(a.name, a.id) > (${after.name}, ${after.id}::uuid)`);
  if (limit !== undefined) query = query.limit(limit);
  return query.execute();
}

/** How many match; 10,001 means more than 10,000. */
export function countAgents(database: Pick<Database, 'kysely'>, nameLike: string): Promise<number> {
  return countRows(database, matching(database, nameLike).select('a.id'));
}

function matching({ kysely }: Pick<Database, 'kysely'>, nameLike: string) {
  const query = kysely.selectFrom('agent as a');
  return nameLike ? query.where('a.name', 'ilike', containing(nameLike)) : query;
}
