import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { systemClock } from '@millrace/clock';
import { Client } from 'pg';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../connection/database.ts';
import { migrate } from '../connection/migrate.ts';
import { ensurePartitions } from '../partitions/ensure-partitions.ts';

/** A database of a test's own; gone when disposed. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: Database;
  readonly url: string;
}

/** A fresh, migrated database: a clone of a template that is made once per state of the migrations. */
export async function testDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const template = await templateFor(serverUrl);
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, (client) => client.query(`create database ${name} template ${template} strategy wal_log`));
  const url = withDatabase(serverUrl, name);
  const database = openDatabase({ url, schema: 'millrace', applicationName: 'test' });
  return {
    database,
    url,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await onServer(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

async function templateFor(serverUrl: string): Promise<string> {
  const folder = new URL('../../migrations/', import.meta.url);
  const hash = createHash('sha256');
  for (const file of (await readdir(folder)).sort()) hash.update(await readFile(new URL(file, folder)));
  const template = `template_${hash.digest('hex').slice(0, 20)}`;
  await onServer(serverUrl, async (client) => {
    // One test file makes it, the others wait.
    await client.query(`select pg_advisory_lock(hashtext('${template}'))`);
    const ready = await client.query('select 1 from pg_database where datname = $1 and datistemplate', [template]);
    if (ready.rowCount) return;
    await client.query(`drop database if exists ${template} with (force)`);
    await client.query(`create database ${template}`);
    const database = openDatabase({
      url: withDatabase(serverUrl, template),
      schema: 'millrace',
      applicationName: 'template',
    });
    await migrate(database);
    await ensurePartitions(database, systemClock.now());
    await database[Symbol.asyncDispose]();
    await client.query(`alter database ${template} with is_template true`);
  });
  return template;
}

async function onServer(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
