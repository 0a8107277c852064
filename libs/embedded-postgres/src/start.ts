import { readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '@millrace/clock';
import type { Logger } from '@millrace/telemetry';
import { type Binaries, findBinaries } from './binaries.ts';
import { type Cluster, prepareCluster, SUPERUSER } from './cluster.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { freePort } from './free-port.ts';
import { type Kept, keep } from './keeper.ts';
import {
  disownStalePidFile,
  findPostmaster,
  type Postmaster,
  STARTER_SETTING,
  starterLives,
  starterName,
  stopPostmaster,
} from './postmaster.ts';
import { unprivileged } from './privilege.ts';

export interface EmbeddedPostgresOptions {
  /** Holds everything of it: `data/`, `password`, `postgres.log`. Made if it is missing. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Postgres settings over ours, such as `{ shared_buffers: '1GB' }`. Default none. */
  readonly settings?: Readonly<Record<string, string>>;
  /** False trades safety against power loss for speed, and is for tests only. Default true. */
  readonly fsync?: boolean;
}

/** A Postgres that runs for this process. It ends with it, however that ends. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** `postgres://…` of its superuser, on 127.0.0.1; the port stays the same over restarts while it is free. */
  readonly url: string;
  /** The postmaster's process id. */
  readonly pid: number;
  /** False if it belongs to another living process, which then is the one that stops it. */
  readonly owned: boolean;
  /** Resolves when it runs no longer, stopped or crashed; starting again recovers. Never does so if not owned. */
  readonly ended: Promise<void>;
}

const LOOK_EVERY_MS = 20;
// Recovery after a crash replays at most a few WAL segments; nobody should wait longer without a word.
const START_PATIENCE_MS = 120_000;
// Processes of a killed postmaster notice at once; this is for a machine under heavy load.
const LINGERING_PATIENCE_MS = 20_000;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * Starts the Postgres of a folder, creating the database first if there is none.
 *
 * If one already runs on the folder: it is used as it is while the process that started it lives (see
 * {@link EmbeddedPostgres.owned}), else stopped and started anew.
 * @throws EmbeddedPostgresError saying what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { clock, log } = options;
  const binaries = await findBinaries();
  const cluster = await prepareCluster(options.directory, binaries, log);
  const giveUpAt = clock.now() + LINGERING_PATIENCE_MS;
  for (;;) {
    const running = await findPostmaster(cluster.data);
    if (running?.starter && (await starterLives(running.starter))) {
      const adopted = await adopt(running, cluster, clock);
      if (adopted) return adopted;
      continue;
    }
    if (running) await stopLeftover(running, cluster, options);
    const started = await launch(cluster, binaries, options);
    if (typeof started !== 'string') return started;
    if (!isPassing(started) || clock.now() > giveUpAt)
      throw new EmbeddedPostgresError(`The embedded Postgres did not start. ${cluster.logFile} says:\n${started}`);
    await clock.sleep(LOOK_EVERY_MS);
  }
}

/** Whether a failed start may well succeed if tried again: a taken port, a rival start, processes about to end. */
function isPassing(output: string): boolean {
  return /Address already in use|pre-existing shared memory block|lock file "postmaster.pid"/.test(output);
}

/** Uses a Postgres that another process started; undefined if it went away meanwhile. */
async function adopt(running: Postmaster, cluster: Cluster, clock: Clock): Promise<EmbeddedPostgres | undefined> {
  let current: Postmaster | undefined = running;
  while (current?.pid === running.pid && !current.ready) {
    await clock.sleep(LOOK_EVERY_MS);
    current = await findPostmaster(cluster.data);
  }
  if (current?.pid !== running.pid) return undefined;
  return {
    url: urlOf(cluster, current.port),
    pid: current.pid,
    owned: false,
    ended: new Promise(() => undefined),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function stopLeftover(running: Postmaster, { data }: Cluster, { clock, log }: EmbeddedPostgresOptions) {
  log.warn({ pid: running.pid }, 'stopping an embedded Postgres that was left over');
  const isGone = async () => (await findPostmaster(data))?.pid !== running.pid;
  if (!(await stopPostmaster(running.pid, { data, clock, isGone })))
    throw new EmbeddedPostgresError(`Process ${running.pid}, a Postgres left over on ${data}, can't be stopped.`);
}

/** @returns the running Postgres, or what it wrote to its log if it did not start */
async function launch(
  cluster: Cluster,
  binaries: Binaries,
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres | string> {
  const { clock, log } = options;
  const { data, logFile } = cluster;
  await disownStalePidFile(data, clock);
  const logStart = await rotateLog(logFile);
  const port = await freePort(await lastPort(data));
  const args = Object.entries(await settingsFor(port, options)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const kept = await keep(unprivileged(binaries.postgres, ['-D', data, ...args]), logFile);
  const pid = await kept.pid;
  const giveUpAt = clock.now() + START_PATIENCE_MS;
  while (!kept.hasEnded() && clock.now() < giveUpAt) {
    const found = await findPostmaster(data);
    if (found?.ready && found.pid === pid) {
      kept.unref();
      log.debug({ pid: found.pid, port }, 'the embedded Postgres runs');
      return running(found, { kept, cluster, clock });
    }
    await Promise.race([clock.sleep(LOOK_EVERY_MS), kept.ended]);
  }
  kept.release();
  await kept.ended;
  return (await readFile(logFile)).subarray(logStart).toString().trim();
}

function running(
  { pid, port }: Postmaster,
  { kept, cluster, clock }: { kept: Kept; cluster: Cluster; clock: Clock },
): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    kept.release();
    const gone = await stopPostmaster(pid, { data: cluster.data, clock, isGone: async () => kept.hasEnded() });
    if (!gone) throw new EmbeddedPostgresError(`The embedded Postgres (process ${pid}) can't be stopped.`);
  };
  return {
    url: urlOf(cluster, port),
    pid,
    owned: true,
    ended: kept.ended,
    [Symbol.asyncDispose]: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

async function settingsFor(port: number, options: EmbeddedPostgresOptions): Promise<Record<string, string>> {
  const unsafe = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  return {
    max_connections: '200',
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    ...(options.fsync === false ? unsafe : {}),
    ...options.settings,
    // What the rest of this package relies on comes last.
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    lc_messages: 'C',
    [STARTER_SETTING]: await starterName(process.pid),
  };
}

function urlOf({ password }: Cluster, port: number): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
}

/** The port of the last run, which Postgres keeps in a file of its own: clients that still look there find it again. */
async function lastPort(data: string): Promise<number | undefined> {
  const command = await readFile(join(data, 'postmaster.opts'), 'utf8').catch(() => '');
  const port = /"port=(\d+)"/.exec(command)?.[1];
  return port ? Number(port) : undefined;
}

/** Moves a long log away. @returns where in the file the next line will be written, in bytes */
async function rotateLog(logFile: string): Promise<number> {
  const size = await stat(logFile).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size < LOG_LIMIT_BYTES) return size;
  await rename(logFile, join(dirname(logFile), 'postgres.log.1'));
  return 0;
}
