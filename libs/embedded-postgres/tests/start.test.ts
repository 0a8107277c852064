import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findBinaries } from '../src/binaries.ts';
import { EmbeddedPostgresError } from '../src/index.ts';
import { processesOf } from './processes.ts';
import { query, setup } from './setup.ts';

test('starts on an empty folder that only its owner can enter, and keeps it private', async () => {
  const { directory, start } = setup();
  chmodSync(dirname(directory), 0o700);
  const postgres = await start();
  expect(await query(postgres.url, 'select 1')).toEqual([1]);
  expect(new URL(postgres.url).hostname).toBe('127.0.0.1');
  expect(postgres.owned).toBe(true);
  expect(statSync(join(directory, 'password')).mode & 0o777).toBe(0o600);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test('asks for the password', async () => {
  const { start } = setup();
  const url = new URL((await start()).url);
  url.password = 'wrong';
  await expect(query(url.href, 'select 1')).rejects.toThrow('password authentication failed');
});

test('keeps its data, its port and its password over a restart', async () => {
  const { start } = setup();
  const first = await start();
  await query(first.url, 'create table kept as select 42 as value');
  await first[Symbol.asyncDispose]();
  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'select value from kept')).toEqual([42]);
});

test('stops in good order, leaving no process, and stopping twice is the same as once', async () => {
  const { directory, start } = setup();
  const postgres = await start();
  expect(processesOf(directory).length).toBeGreaterThan(3);
  await Promise.all([postgres[Symbol.asyncDispose](), postgres[Symbol.asyncDispose]()]);
  expect(processesOf(directory).filter(({ command }) => command.startsWith('postgres'))).toEqual([]);
  await postgres.ended;
  expect(readFileSync(join(directory, 'postgres.log'), 'utf8')).toContain('database system is shut down');
});

test('runs in a session of its own', async () => {
  const { directory, start } = setup();
  await start();
  const sessions = new Set(processesOf(directory).map(({ session }) => session));
  const own = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[3];
  expect(sessions).not.toContain(Number(own));
});

test('takes settings over its own, but not those that it relies on', async () => {
  const { start } = setup();
  const { url } = await start({ settings: { shared_buffers: '64MB', listen_addresses: '0.0.0.0' } });
  const rows = await query(
    url,
    `select current_setting('shared_buffers'), current_setting('max_connections'), current_setting('listen_addresses')`,
  );
  expect(rows).toEqual(['64MB', '200', '127.0.0.1']);
});

test.for([
  [true, ['on', 'on', 'on']],
  [false, ['off', 'off', 'off']],
] as const)('with fsync %s', async ([fsync, expected]) => {
  const { start } = setup();
  const { url } = await start({ fsync });
  const names = ['fsync', 'synchronous_commit', 'full_page_writes'];
  expect(await query(url, `select ${names.map((name) => `current_setting('${name}')`)}`)).toEqual(expected);
});

test('a folder that can not be made is said by its name, with what to do', async () => {
  const { directory, start } = setup();
  writeFileSync(directory, 'a file');
  const failure = start({ directory: join(directory, 'postgres') });
  await expect(failure).rejects.toThrow(EmbeddedPostgresError);
  await expect(failure).rejects.toThrow(new RegExp(`${directory}.*MILLRACE_HOME.*MILLRACE_DATABASE_URL`));
});

test.skipIf(process.platform !== 'linux')('a folder where nothing can be made does not keep it waiting', async () => {
  const { start } = setup();
  await expect(start({ directory: '/proc/nowhere/postgres' })).rejects.toThrow(/^The folder \/proc\/nowhere\/postgres/);
});

test('data of another Postgres version is refused with what its log says', async () => {
  const { directory, start } = setup();
  await (await start())[Symbol.asyncDispose]();
  writeFileSync(join(directory, 'data', 'PG_VERSION'), '17\n');
  await expect(start()).rejects.toThrow(/postgres\.log says:.*initialized by PostgreSQL version 17/s);
});

test('a platform without binaries is told to bring its own Postgres', async () => {
  await expect(findBinaries('plan9-mips')).rejects.toThrow(/plan9-mips.*MILLRACE_DATABASE_URL/);
});
