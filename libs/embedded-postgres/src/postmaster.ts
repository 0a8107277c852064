import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@millrace/clock';
import { processFacts } from './process-facts.ts';

/** A Postgres that serves a data folder. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Whether it takes connections. */
  readonly ready: boolean;
  /** The process that started it, as {@link starterName} writes it; undefined if it was not one of ours. */
  readonly starter: string | undefined;
}

/** The setting by which a Postgres says on its command line who started it. */
export const STARTER_SETTING = 'millrace.starter';

// Above the highest id of Linux (2^22) and macOS, so that it never names a process.
const NOBODYS_PID = 2 ** 22 + 1;
const ATTENTIVE_MS = 20;
// Postgres makes and fills the file in one go; a file that is empty for longer will stay so.
const BEING_WRITTEN_MS = 2_000;

/** Names a process such that no later one has the same name. */
export async function starterName(pid: number): Promise<string> {
  return `${pid}:${(await processFacts(pid))?.began ?? ''}`;
}

/** Whether the process of that name still lives. */
export async function starterLives(name: string): Promise<boolean> {
  const pid = Number(name.split(':')[0]);
  return name === (await starterName(pid)) && (await processFacts(pid)) !== undefined;
}

/** The living Postgres that `postmaster.pid` in the data folder names, if it does and if that is what it says. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const lines = await readPidFile(data);
  const pid = Number(lines?.[0]);
  if (!lines || !pid) return undefined;
  const command = (await processFacts(pid))?.command;
  if (!command || !isPostmasterOf(command, data)) return undefined;
  const starter = new RegExp(`${STARTER_SETTING}=(\\S+)`).exec(command)?.[1];
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready', starter };
}

function isPostmasterOf(command: string, data: string): boolean {
  return /\/postgres /.test(command) && `${command} `.includes(` -D ${data} `);
}

/**
 * Deals with a `postmaster.pid` for which Postgres would refuse to start though none runs.
 *
 * After a crash of the machine it may name a process that has nothing to do with Postgres. Then it is kept with an id
 * that is nobody's rather than deleted: Postgres finds by its other lines whether processes of the last run still use
 * the data. Or it was cut short: that is deleted, unless it is just being written.
 */
export async function disownStalePidFile(data: string, clock: Clock): Promise<void> {
  const path = join(data, 'postmaster.pid');
  const lines = await readPidFile(data);
  if (!lines || (await findPostmaster(data))) return;
  if (Number(lines[0]) > 0) return writeFile(path, [NOBODYS_PID, ...lines.slice(1)].join('\n'));
  if (clock.now() - (await stat(path)).mtimeMs > BEING_WRITTEN_MS) await rm(path);
}

async function readPidFile(data: string): Promise<readonly string[] | undefined> {
  try {
    return (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n');
  } catch {
    return undefined;
  }
}

/**
 * Stops a Postgres, first in good order and then with growing force, and resolves once `isGone` says so.
 * @returns whether it is gone
 */
export async function stopPostmaster(
  pid: number,
  { data, clock, isGone }: { data: string; clock: Clock; isGone: () => Promise<boolean> },
): Promise<boolean> {
  const steps = [
    ['SIGINT', 15_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const;
  for (const [signal, patienceMs] of steps) {
    if ((await findPostmaster(data))?.pid === pid) kill(pid, signal);
    const until = clock.now() + patienceMs;
    while (clock.now() < until) {
      if (await isGone()) return true;
      await clock.sleep(ATTENTIVE_MS);
    }
  }
  return isGone();
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended by itself in the meantime.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
