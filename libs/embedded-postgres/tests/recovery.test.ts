import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { keepersOf, processesOf } from './processes.ts';
import { expectNoProcess, query, setup } from './setup.ts';

test('ends when its starter is killed, and what it had acknowledged is there after', async () => {
  const { directory, start, startElsewhere } = setup();
  const first = await startElsewhere();
  await query(first.url, 'create table kept as select 42 as value');
  await first.kill();
  await expectNoProcess(directory);
  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'select value from kept')).toEqual([42]);
});

test('can be started again at once after its starter was killed', async () => {
  const { start, startElsewhere } = setup();
  const first = await startElsewhere();
  await first.kill();
  const second = await start();
  expect(second.owned).toBe(true);
  expect(await query(second.url, 'select 1')).toEqual([1]);
});

test('ends when its starter is killed while it starts', async () => {
  const { directory, start } = setup();
  await (await start())[Symbol.asyncDispose]();
  const starter = spawn(process.execPath, [join(import.meta.dirname, 'starter.ts'), directory], { stdio: 'ignore' });
  await vi.waitUntil(() => keepersOf(directory).length > 0, { timeout: 60_000, interval: 1 });
  starter.kill('SIGKILL');
  await once(starter, 'exit');
  await expectNoProcess(directory);
});

test('does not get the Ctrl-C of its starter', async () => {
  const { startElsewhere } = setup();
  const { url, starterPid } = await startElsewhere();
  process.kill(-starterPid, 'SIGINT');
  expect(await query(url, 'select 1')).toEqual([1]);
});

test('lives on without its keeper, and still ends with its starter', async () => {
  const { directory, startElsewhere } = setup();
  const { url, pid, kill } = await startElsewhere();
  const keeper = processesOf(directory).find((process) => process.pid === pid)?.parent ?? 0;
  process.kill(keeper, 'SIGKILL');
  expect(await query(url, 'select 1')).toEqual([1]);
  await kill();
  await expectNoProcess(directory);
});

test('without its keepers it can be stopped as before', async () => {
  const { directory, start } = setup();
  const postgres = await start();
  for (const { pid } of keepersOf(directory)) process.kill(pid, 'SIGKILL');
  await postgres[Symbol.asyncDispose]();
  await expectNoProcess(directory);
});

test('left over without keepers and starter, it is stopped and started anew', async () => {
  const { directory, start, startElsewhere } = setup();
  const first = await startElsewhere();
  for (const { pid } of keepersOf(directory)) process.kill(pid, 'SIGKILL');
  await first.kill();
  expect(await query(first.url, 'select 1')).toEqual([1]);
  const second = await start();
  expect(second.pid).not.toBe(first.pid);
  expect(second.owned).toBe(true);
  expect(await query(second.url, 'select 1')).toEqual([1]);
});

test('one that another living process started is used as it is, and not stopped', async () => {
  const { start, startElsewhere } = setup();
  const first = await startElsewhere();
  const second = await start();
  expect(second).toMatchObject({ url: first.url, pid: first.pid, owned: false });
  await second[Symbol.asyncDispose]();
  expect(await query(first.url, 'select 1')).toEqual([1]);
});

test('starts at the same moment on an empty folder give one Postgres', async () => {
  const { start } = setup();
  const all = await Promise.all([start(), start(), start()]);
  expect(new Set(all.map(({ url }) => url)).size).toBe(1);
  expect(all.filter(({ owned }) => owned)).toHaveLength(1);
});

test('the postmaster killed: says so, and starting again recovers', async () => {
  const { start } = setup();
  const first = await start({ fsync: true });
  await query(first.url, 'create table kept as select 42 as value');
  process.kill(first.pid, 'SIGKILL');
  await first.ended;
  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'select value from kept')).toEqual([42]);
});

test('the postmaster killed: starting again need not wait for its last process', async () => {
  const { start } = setup();
  const first = await start();
  process.kill(first.pid, 'SIGKILL');
  const second = await start();
  expect(await query(second.url, 'select 1')).toEqual([1]);
});

test('a pid file that names a process of another kind is no hindrance', async () => {
  const { directory, start } = setup();
  const first = await start();
  const path = join(directory, 'data', 'postmaster.pid');
  const written = readFileSync(path, 'utf8');
  await first[Symbol.asyncDispose]();
  writeFileSync(path, written.replace(String(first.pid), String(process.pid)));
  const second = await start();
  expect(await query(second.url, 'select 1')).toEqual([1]);
});

test('a pid file that was cut short is no hindrance', async () => {
  const { directory, start } = setup();
  await (await start())[Symbol.asyncDispose]();
  const path = join(directory, 'data', 'postmaster.pid');
  writeFileSync(path, '');
  utimesSync(path, 0, 0);
  const second = await start();
  expect(await query(second.url, 'select 1')).toEqual([1]);
});

test('a port that was taken in the meantime is given up for another', async () => {
  const { directory, start } = setup();
  const first = await start();
  await first[Symbol.asyncDispose]();
  const other = setup();
  // The other one prefers the port of the first, by the file in which Postgres keeps its last command line.
  const second = await other.start();
  await second[Symbol.asyncDispose]();
  const options = readFileSync(join(directory, 'data', 'postmaster.opts'), 'utf8');
  writeFileSync(join(other.directory, 'data', 'postmaster.opts'), options);
  const [again, moved] = [await start(), await other.start()];
  expect(again.url).toBe(first.url);
  expect(new URL(moved.url).port).not.toBe(new URL(again.url).port);
});

test('what an interrupted creation left behind is cleared away', async () => {
  const { directory, start } = setup();
  const abandoned = join(directory, `data.${2 ** 22 + 1}.0a0b0c0d`);
  mkdirSync(abandoned, { recursive: true });
  await start();
  expect(readdirSync(directory).sort()).toEqual(['data', 'password', 'postgres.log']);
});

test('a lost password file is said by its name', async () => {
  const { directory, start } = setup();
  await (await start())[Symbol.asyncDispose]();
  rmSync(join(directory, 'password'));
  await expect(start()).rejects.toThrow(join(directory, 'password'));
});
