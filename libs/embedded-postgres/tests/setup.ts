import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '@millrace/clock';
import { silentLogger } from '@millrace/telemetry';
import pg from 'pg';
import { expect, onTestFinished, vi } from 'vitest';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from '../src/index.ts';
import { processesOf } from './processes.ts';

/** A folder that only its owner can enter, and the ways to start a Postgres on it; all of it ends with the test. */
export function setup() {
  const directory = join(mkdtempSync(join(tmpdir(), 'millrace-embedded-')), 'postgres');
  onTestFinished(async () => {
    // Kills nothing: a Postgres that still lives here is a failure of the test.
    await expectNoProcess(directory);
    rmSync(join(directory, '..'), { recursive: true, force: true });
  });
  return {
    directory,
    start: (options: Partial<EmbeddedPostgresOptions> = {}) => start({ directory, ...options }),
    startElsewhere: () => startElsewhere(directory),
  };
}

async function start(options: Partial<EmbeddedPostgresOptions> & { directory: string }): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({
    clock: systemClock,
    log: silentLogger(),
    fsync: false,
    ...options,
  });
  onTestFinished(() => postgres[Symbol.asyncDispose]());
  return postgres;
}

/** Starts it from a process of its own, in a process group of its own. */
async function startElsewhere(directory: string) {
  const starter = spawn(process.execPath, [join(import.meta.dirname, 'starter.ts'), directory], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(starter, 'exit');
  const { pid: starterPid } = starter;
  if (starterPid === undefined) throw new Error('the starter did not start');
  const kill = async () => {
    starter.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  const [line] = await once(createInterface(starter.stdout), 'line');
  const { url, pid }: { url: string; pid: number } = JSON.parse(String(line));
  return { url, pid, starterPid, kill };
}

/** One statement on a connection of its own. */
export async function query(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

/** Waits a few seconds at most for the last process of the folder to end. */
export async function expectNoProcess(directory: string): Promise<void> {
  await vi.waitFor(() => expect(processesOf(directory)).toEqual([]), { timeout: 20_000, interval: 20 });
}
