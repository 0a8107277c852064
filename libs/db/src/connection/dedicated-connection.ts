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

/** Postgres can't be reached, or was lost on the way; whether a commit that was under way took place is not known. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

/** Connects when first used, and again after the connection was lost. */
export function dedicatedConnection(database: Database, applicationName: string): DedicatedConnection {
  let current: { client: Client; executor: Executor } | undefined;

  // Ended too: one that can't be asked any more must not keep locks.
  const forget = (client: Client) => {
    if (current?.client !== client) return;
    current = undefined;
    client.end().catch(() => undefined);
  };

  const connect = async () => {
    if (current) return current;
    const client = new Client({ ...clientConfig(database.url, applicationName), ...{ pipeline: true } });
    client.on('error', () => forget(client));
    client.on('end', () => forget(client));
    await client.connect().catch((error: unknown) => {
      throw new ConnectionLostError('Postgres could not be reached', { cause: error });
    });
    current = { client, executor: preparedExecutor(client, database.schema) };
    return current;
  };

  return {
    async transaction(work) {
      const { client, executor } = await connect();
      // Not awaited: it travels with the first statements. Its failure is theirs too.
      const begun = client.query('begin');
      begun.catch(() => undefined);
      let over = false;
      try {
        const result = await work({
          // What was given together with a statement that failed may come later: it must not run outside of the transaction.
          async run(statement, values) {
            if (over) throw new Error('the transaction is over');
            return executor.run(statement, values);
          },
        });
        await begun;
        const committed = await client.query('commit');
        // A commit of a transaction that failed "succeeds" as a rollback.
        if (committed.command !== 'COMMIT') throw new CommitError(`commit was answered with ${committed.command}`);
        return result;
      } catch (error) {
        over = true;
        try {
          await client.query('rollback');
        } catch {
          forget(client);
          throw new ConnectionLostError('the connection to Postgres was lost', { cause: error });
        }
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
