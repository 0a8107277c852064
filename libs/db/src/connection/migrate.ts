import { readdir, readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { type MigrationProvider, Migrator } from 'kysely/migration';
import type { Database } from './database.ts';
import { qualify } from './statement.ts';

const folder = new URL('../../migrations/', import.meta.url);

/** The numbered .sql files, in the schema of the installation. */
function provider(schema: string): MigrationProvider {
  return {
    async getMigrations() {
      const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
      const texts = await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')));
      return Object.fromEntries(
        files.map((file, index) => [
          file.replace(/\.sql$/, ''),
          { up: async (db) => void (await sql.raw(qualify(texts[index] ?? '', schema)).execute(db)) },
        ]),
      );
    },
  };
}

/** Brings the schema up to date; safe from many processes at once. Throws what the first failing migration threw. */
export async function migrate(database: Database): Promise<void> {
  await database.kysely.transaction().execute(async (trx) => {
    // "create schema if not exists" is not safe against itself.
    await sql`select pg_advisory_xact_lock(hashtext(${`millrace schema ${database.schema}`}))`.execute(trx);
    await sql`create schema if not exists ${sql.id(database.schema)}`.execute(trx);
  });
  const migrator = new Migrator({
    db: database.kysely,
    provider: provider(database.schema),
    migrationTableSchema: database.schema,
    migrationTableName: 'migration',
    migrationLockTableName: 'migration_lock',
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
