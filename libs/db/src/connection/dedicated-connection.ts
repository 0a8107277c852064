import { Socket } from 'node:net';
import { systemClock } from '@millrace/clock';
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

export interface DedicatedConnectionOptions {
  /**
   * How long a transaction may take before the connection counts as lost: a machine that is gone without a word would be
   * waited for until TCP gives up, a quarter of an hour. Default 15,000, far above any of ours.
   */
  readonly longestMs?: number;
}

interface Connected {
  readonly client: Client;
  readonly socket: Socket;
  readonly executor: Executor;
}

// Below the longest time of a transaction, so that whoever holds a lock for long is known as the cause.
const lockTimeout = '-c lock_timeout=5s';

/** Connects when first used, and again after the connection was lost. */
export function dedicatedConnection(
  database: Database,
  applicationName: string,
  { longestMs = 15_000 }: DedicatedConnectionOptions = {},
): DedicatedConnection {
  let current: Connected | undefined;

  // Ended too: one that can't be asked any more must not keep locks.
  const forget = (client: Client) => {
    if (current?.client !== client) return;
    current = undefined;
    client.end().catch(() => undefined);
  };

  const connect = async () => {
    current ??= await open(database, applicationName, forget);
    return current;
  };

  return {
    async transaction(work) {
      const { client, socket, executor } = await connect();
      const overdue = systemClock.setTimer(longestMs, () => socket.destroy());
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
      } finally {
        overdue.cancel();
      }
    },
    async [Symbol.asyncDispose]() {
      const client = current?.client;
      current = undefined;
      await client?.end().catch(() => undefined);
    },
  };
}

async function open(database: Database, applicationName: string, onEnd: (client: Client) => void): Promise<Connected> {
  const socket = new Socket();
  const config = clientConfig(database.url, applicationName);
  const options = `${config.options} ${lockTimeout}`;
  const client = new Client({ ...config, options, stream: () => socket, ...{ pipeline: true } });
  client.on('error', () => onEnd(client));
  client.on('end', () => onEnd(client));
  await client.connect().catch((error: unknown) => {
    throw new ConnectionLostError('Postgres could not be reached', { cause: error });
  });
  return { client, socket, executor: preparedExecutor(client, database.schema) };
}
