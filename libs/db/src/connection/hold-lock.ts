import { Client } from 'pg';
import { clientConfig } from './client-config.ts';

/** A lock that is held as long as its connection; or who has it instead. */
export type HeldLock = ({ readonly held: true } & AsyncDisposable) | { readonly held: false; readonly by: string };

const holderPrefix = 'millrace server ';

/**
 * Takes the lock by which one server has a database to itself.
 * @param holder says who holds it, to whoever asks in vain; at most 40 bytes
 */
export async function holdServerLock(databaseUrl: string, holder: string): Promise<HeldLock> {
  const client = new Client(clientConfig(databaseUrl, holderPrefix + holder));
  // The connection going is the lock going; who holds it can do nothing about that.
  client.on('error', () => undefined);
  await client.connect();
  const taken = await client.query("select pg_try_advisory_lock(hashtext('millrace server'), 0) as taken");
  if (taken.rows[0]?.taken) return { held: true, [Symbol.asyncDispose]: () => client.end() };
  const by = await holderOf(client);
  await client.end();
  return { held: false, by: by ?? 'another server' };
}

/** Who holds that lock; undefined where nobody does. */
export async function findServerLockHolder(databaseUrl: string): Promise<string | undefined> {
  const client = new Client(clientConfig(databaseUrl, 'millrace'));
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await holderOf(client);
  } finally {
    await client.end();
  }
}

async function holderOf(client: Client): Promise<string | undefined> {
  const others = await client.query(
    `select application_name from pg_stat_activity a join pg_locks l on l.pid = a.pid
     where l.locktype = 'advisory' and l.granted and l.classid = hashtext('millrace server')::oid and l.objid = 0`,
  );
  const name = String(others.rows[0]?.application_name ?? '');
  return name.startsWith(holderPrefix) ? name.slice(holderPrefix.length) : undefined;
}
