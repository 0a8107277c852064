import { CompiledQuery, type Kysely } from 'kysely';
import type { Client, QueryResult } from 'pg';
import type { Tables } from './tables.ts';

/** A fixed SQL text whose tables are written `millrace.name`. `Row` is what it returns. */
export interface Statement<Row> {
  /** Unique; prepared statements go by it. */
  readonly name: string;
  readonly text: string;
  /** Never set; carries the type. */
  readonly row?: Row;
}

export function statement<Row = never>(name: string, text: string): Statement<Row> {
  return { name, text };
}

/** The text with the installation's schema in place of `millrace`. */
export function qualify(text: string, schema: string): string {
  return schema === 'millrace' ? text : text.replace(/\bmillrace\.(?=[a-z_"])/g, `"${schema}".`);
}

/** Runs statements, within a transaction or each on its own. */
export interface Executor {
  run<Row>(statement: Statement<Row>, values: readonly unknown[]): Promise<Row[]>;
}

/** Each statement prepared once on this connection and known there by its name. */
export function preparedExecutor(client: Client, schema: string): Executor {
  const texts = new Map<string, string>();
  return {
    async run<Row>({ name, text }: Statement<Row>, values: readonly unknown[]) {
      const qualified = texts.get(name) ?? qualify(text, schema);
      texts.set(name, qualified);
      const result: QueryResult = await client.query({ name, text: qualified, values: values as unknown[] });
      return result.rows as Row[];
    },
  };
}

/** Statements through Kysely: for transactions that also build queries. */
export function kyselyExecutor(kysely: Kysely<Tables>, schema: string): Executor {
  return {
    async run<Row>({ text }: Statement<Row>, values: readonly unknown[]) {
      const result = await kysely.executeQuery(CompiledQuery.raw(qualify(text, schema), [...values]));
      return result.rows as Row[];
    },
  };
}
