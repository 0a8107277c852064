import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@millrace/clock';
import { type Database, migrate } from '@millrace/db';
import { fillWorld, type RunStatement, runHotStatements } from '@millrace/db/testing/measure';
import { execute, openBenchDatabase, startBenchPostgres } from '../harness/postgres.ts';

/** How many runs are in the tables. */
export const PLANNED_RUNS = 1_000_000;

/** Fills the tables, and gives for each hot statement, by its name, its text and how Postgres goes about it. */
export async function explainHotStatements(clock: Clock, runs = PLANNED_RUNS): Promise<Map<string, string[]>> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'millrace-plans-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const directory = join(folder, 'postgres');
  const postgres = stack.use(await startBenchPostgres({ directory, clock, profile: false }));
  const database = stack.use(openBenchDatabase(await postgres.createDatabase('plans')));
  await migrate(database);
  const world = await fillWorld(database, clock, runs);
  const explained = new Map<string, string[]>();
  for (const [name, statement] of await runHotStatements(world))
    explained.set(name, ['```', ...(await planLines(database, statement)), '```']);
  return explained;
}

async function planLines(database: Database, { text, values }: RunStatement): Promise<string[]> {
  const rows = await execute<{ 'QUERY PLAN': string }>(database, `explain (costs off) ${text}`, values);
  // A batch's arrays would fill pages.
  return rows.map((row) => row['QUERY PLAN'].replaceAll(/'\{[^}]{80,}\}'/g, "'{…}'").slice(0, 200));
}
