import { Client } from 'pg';
import { clientConfig } from './client-config.ts';
import type { Database } from './database.ts';
import { type Executor, preparedExecutor } from './statement.ts';

/** A connection for one user's transactions, one after the other; statements given together travel together. */
export interface DedicatedConnection extends AsyncDisposable {
  /** Runs `work` in a transaction. Resolves after a commit that Postgres confirmed as one. */
  transaction<Result>(work: (executor: Executor) => Promise<Result>): Promise<Result>;
}

/** Postgres ended the transaction otherwise than by the commit that was asked for. */
export class CommitError extends Error {
  override readonly name = 'CommitError';
}

/** Connects when first used, and again after the connection was lost. */
export function dedicatedConnection(database: Database, applicationName: string): DedicatedConnection {
  let current: { client: Client; executor: Executor } | undefined;

  const connect = async () => {
    if (current) return current;
    const client = new Client({ ...clientConfig(database.url, applicationName), ...{ pipeline: true } });
    const forget = () => {
      if (current?.client === client) current = undefined;
    };
    client.on('error', forget);
    client.on('end', forget);
    await client.connect();
    current = { client, executor: preparedExecutor(client, database.schema) };
    return current;
  };

  return {
    async transaction(work) {
      const { client, executor } = await connect();
      // Not awaited: it travels with the first statements. Its failure is theirs too.
      const begun = client.query('begin');
      begun.catch(() => undefined);
      try {
        const result = await work(executor);
        await begun;
        const committed = await client.query('commit');
        // A commit of a transaction that failed "succeeds" as a rollback.
        if (committed.command !== 'COMMIT') throw new CommitError(`commit was answered with ${committed.command}`);
        return result;
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      const client = current?.client;
      current = undefined;
      await client?.end().catch(() => undefined);
    },
  };
}
