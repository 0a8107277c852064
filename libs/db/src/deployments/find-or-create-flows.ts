import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';

const find = statement<{ id: string; name: string }>(
  'find_flows_by_name',
  'select id, name from millrace.flow where name = any($1::text[])',
);

// In order of names: two transactions that make the same flows don't wait for each other in a circle.
const insert = statement(
  'insert_flows',
  `insert into millrace.flow (id, name, created, updated, created_by, updated_by)
   select n.id, n.name, $3, $3, $4, $4 from unnest($1::uuid[], $2::text[]) as n(id, name) order by n.name
   on conflict (name) do nothing`,
);

/** The ids of flows by name; those that there are not yet are made. */
export async function findOrCreateFlows(
  executor: Executor,
  names: readonly string[],
  context: { readonly now: number; readonly actor: string; readonly newId: () => string },
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const found = new Map((await executor.run(find, [names])).map((row) => [row.name, row.id]));
  const missing = [...new Set(names)].filter((name) => !found.has(name));
  if (missing.length === 0) return found;
  await executor.run(insert, [missing.map(context.newId), missing, toInstant(context.now), context.actor]);
  for (const row of await executor.run(find, [missing])) found.set(row.name, row.id);
  return found;
}

const findIds = statement<{ id: string }>(
  'find_flows_by_id',
  'select id from millrace.flow where id = any($1::uuid[]) order by id for key share',
);

/** Those of the flows that exist, kept from being deleted until the transaction ends. */
export async function findFlowIds(executor: Executor, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  return new Set((await executor.run(findIds, [ids])).map((row) => row.id));
}
