import type { Kysely } from 'kysely';
import type { Database } from './database.ts';
import { isRetriable, mostAttempts } from './retriable.ts';
import { type Executor, kyselyExecutor } from './statement.ts';
import type { Tables } from './tables.ts';

/** What runs within one transaction. */
export interface Transaction extends Executor {
  readonly kysely: Kysely<Tables>;
}

/** Runs `work` in a transaction, again if Postgres says that it was in another's way. */
export async function withTransaction<Result>(
  database: Database,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.kysely.transaction().execute((trx) => {
        const kysely = trx.withSchema(database.schema);
        return work({ kysely, ...kyselyExecutor(kysely, database.schema) });
      });
    } catch (error) {
      if (!isRetriable(error) || attempt === mostAttempts) throw error;
    }
  }
}
