import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@millrace/clock';
import { holdServerLock } from '@millrace/db';
import { silentLogger } from '@millrace/telemetry';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openHomeDatabase } from '../src/home-database.ts';

let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'millrace-home-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const open = (holder: string) =>
  openHomeDatabase({ home, holder, clock: systemClock, log: silentLogger(), isDetached: false, onProgress: () => {} });

/** The process id in the data folder; undefined while nothing runs. */
async function postmaster(): Promise<number | undefined> {
  const text = await readFile(join(home, 'postgres', 'data', 'postmaster.pid'), 'utf8').catch(() => '');
  return Number(text.split('\n')[0]) || undefined;
}

async function kill(): Promise<number> {
  const pid = await postmaster();
  if (pid === undefined) throw new Error('no Postgres runs');
  process.kill(pid, 'SIGKILL');
  return pid;
}

test('a home stays taken when its Postgres was killed and came back', async () => {
  await using database = await open('the first');
  await expect(open('the second')).rejects.toMatchObject({ code: 'HOME_IN_USE' });
  const killed = await kill();
  await vi.waitFor(async () => expect([undefined, killed]).not.toContain(await postmaster()), { timeout: 20_000 });
  await vi.waitFor(
    async () => {
      const other = await holdServerLock(database.url, 'asks');
      if (other.held) await other[Symbol.asyncDispose]();
      expect(other).toMatchObject({ held: false, by: 'the first' });
    },
    { timeout: 20_000, interval: 100 },
  );
});

test('a home that is closed while its Postgres comes back leaves none behind', async () => {
  const database = await open('closes');
  const killed = await kill();
  await vi.waitFor(async () => expect(await postmaster()).not.toBe(killed), { timeout: 20_000, interval: 1 });
  await database[Symbol.asyncDispose]();
  expect(await postmaster()).toBeUndefined();
});
