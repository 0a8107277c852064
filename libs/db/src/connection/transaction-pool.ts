import type { Database } from './database.ts';
import { type DedicatedConnection, dedicatedConnection } from './dedicated-connection.ts';
import { isRetriable, mostAttempts } from './retriable.ts';
import type { Executor } from './statement.ts';

/**
 * Connections for short transactions that are made of prepared statements alone. On them a transaction takes about a
 * third of the time that it takes on the ordinary pool.
 */
export interface TransactionPool extends AsyncDisposable {
  /** Runs `work` in a transaction, again if Postgres says that it was in another's way. Resolves after the commit. */
  transaction<Result>(work: (executor: Executor) => Promise<Result>): Promise<Result>;
}

export interface TransactionPoolOptions {
  /** Shows in pg_stat_activity. */
  readonly applicationName: string;
  /** Most connections; each connects when first used. */
  readonly size: number;
}

export function openTransactionPool(database: Database, options: TransactionPoolOptions): TransactionPool {
  const all = Array.from({ length: options.size }, () => dedicatedConnection(database, options.applicationName));
  const free = [...all];
  const waiting: ((connection: DedicatedConnection) => void)[] = [];
  const working = new Set<Promise<unknown>>();

  const take = async () => free.pop() ?? new Promise<DedicatedConnection>((resolve) => waiting.push(resolve));
  const giveBack = (connection: DedicatedConnection) => {
    const next = waiting.shift();
    if (next) next(connection);
    else free.push(connection);
  };

  const run = async <Result>(work: (executor: Executor) => Promise<Result>): Promise<Result> => {
    const connection = await take();
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await connection.transaction(work);
        } catch (error) {
          if (!isRetriable(error) || attempt === mostAttempts) throw error;
        }
      }
    } finally {
      giveBack(connection);
    }
  };

  return {
    transaction(work) {
      const task = run(work);
      working.add(task);
      const done = () => void working.delete(task);
      task.then(done, done);
      return task;
    },
    async [Symbol.asyncDispose]() {
      while (working.size > 0) await Promise.allSettled(working);
      await Promise.all(all.map((connection) => connection[Symbol.asyncDispose]()));
    },
  };
}
