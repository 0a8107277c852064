import { type KyselyPlugin, PostgresQueryCompiler } from 'kysely';
import type { Database } from '../../connection/database.ts';
import { type Executor, qualify } from '../../connection/statement.ts';
import { type Transaction, withTransaction } from '../../connection/with-transaction.ts';

/** A statement as it was run. */
export interface RunStatement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A node of a plan, with what is of use here. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** How Postgres goes about a statement. */
export interface Plans {
  /** For the values that it was run with. */
  readonly custom: PlanNode;
  /** For any values: what a prepared statement may come to use after a few runs. */
  readonly generic: PlanNode;
}

const fewRows = 1_000;

class RollBack extends Error {}

/** Does something in a transaction, and takes it back; gives the last statement of each name that was run. */
export async function rolledBack(
  database: Database,
  work: (executor: Executor) => Promise<unknown>,
): Promise<Map<string, RunStatement>> {
  const statements: Map<string, RunStatement>[] = [];
  await withTransaction(database, async (tx) => {
    const recorder = recording(tx);
    statements.push(recorder.statements);
    await work(recorder.executor);
    throw new RollBack();
  }).catch((error: unknown) => {
    if (!(error instanceof RollBack)) throw error;
  });
  return new Map(statements.flatMap((each) => [...each]));
}

/** Passes statements on, and keeps the last of each name. */
function recording(executor: Executor): { executor: Executor; statements: Map<string, RunStatement> } {
  const statements = new Map<string, RunStatement>();
  return {
    statements,
    executor: {
      run(statement, values) {
        statements.set(statement.name, { name: statement.name, text: statement.text, values });
        return executor.run(statement, values);
      },
    },
  };
}

/** As `recording`, for a query that is built. */
export function recordingQueries({ kysely }: Pick<Transaction, 'kysely'>, name: string) {
  const statements = new Map<string, RunStatement>();
  const compiler = new PostgresQueryCompiler();
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      const { sql, parameters } = compiler.compileQuery(node, queryId);
      statements.set(name, { name, text: sql, values: parameters });
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { statements, kysely: kysely.withPlugin(plugin) };
}

export async function explain(database: Database, { text, values }: RunStatement): Promise<Plans> {
  const qualified = qualify(text, database.schema);
  return {
    custom: await planOf(database, `explain (format json) ${qualified}`, values),
    generic: await planOf(database, `explain (format json, generic_plan) ${qualified}`, []),
  };
}

async function planOf(database: Database, text: string, values: readonly unknown[]): Promise<PlanNode> {
  const [row] = await database.run<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({ name: 'explain', text }, values);
  if (!row) throw new Error(`no plan for ${text}`);
  return row['QUERY PLAN'][0].Plan;
}

/** The node and all below it. */
export function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

/** The tables with so many rows that to read one from end to end costs what it holds, not what a statement returns. */
export async function bigTables(database: Database): Promise<ReadonlySet<string>> {
  const counted = { name: 'big_tables', text: 'select relname from pg_class where reltuples > $1' };
  const rows = await database.run<{ relname: string }>(counted, [fewRows]);
  return new Set(rows.map(({ relname }) => relname));
}

/** Those of the tables that the plan reads from one end to the other. */
export function scannedOf(plan: PlanNode, tables: ReadonlySet<string>): string[] {
  return nodesOf(plan)
    .filter((node) => node['Node Type'] === 'Seq Scan')
    .map((node) => node['Relation Name'] ?? '')
    .filter((table) => tables.has(table));
}

/** The indexes that the plan uses; those of a day's partition as `<day>`. */
export function indexesOf(plan: PlanNode): string[] {
  return nodesOf(plan)
    .flatMap((node) => node['Index Name'] ?? [])
    .map((index) => index.replace(/_\d{8}_/, '_<day>_'));
}
