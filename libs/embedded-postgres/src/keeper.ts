import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { Socket } from 'node:net';
import { bareEnvironment } from './privilege.ts';

/** A Postgres process tied to the life of this one. */
export interface Kept {
  /** The postmaster's process id; undefined if there never was one. */
  readonly pid: Promise<number | undefined>;
  /** Resolves when no process of that Postgres is left, for whatever reason. */
  readonly ended: Promise<void>;
  /** Whether `ended` has resolved. */
  readonly hasEnded: () => boolean;
  /** From here on this process can end by itself, which stops Postgres. Until then it is kept alive. */
  unref(): void;
  /** Asks Postgres to stop, and from here on keeps this process alive until it did. */
  release(): void;
}

/*
 * A process in a session of its own, so that no Ctrl-C reaches Postgres before those who still use it are done.
 * Descriptor 3 says the postmaster's id, then it is open in Postgres and its children only: it closes when the last of
 * them is gone. Descriptor 4 is a pipe of which only the starter holds the other end: it closes when the starter is
 * gone, in whatever way. (Not standard input: Node closes that when the keeper itself is gone.)
 * The waiting is done by a second process, so that Postgres is stopped even if the first was killed. It asks more than
 * once, as Postgres hears nothing in its first milliseconds.
 */
const KEEPER = `
"$@" 4<&- &
postgres=$!
echo $postgres >&3
exec 3>&-
(
  while read -r line <&4; do :; done
  trap 'kill $pause; exit' TERM
  tries=0 signal=INT
  while [ $tries -lt 30 ] && kill -$signal $postgres 2>/dev/null; do
    sleep 1 & pause=$!
    wait $pause
    tries=$((tries + 1))
    [ $tries -lt 15 ] || signal=QUIT
  done
) &
watcher=$!
exec 4<&-
wait $postgres
kill $watcher 2>/dev/null
`;

/** Runs the command under a keeper; its output is appended to the log file. */
export async function keep(command: readonly string[], logFile: string): Promise<Kept> {
  const output = await open(logFile, 'a', 0o600);
  try {
    const keeper = spawn('/bin/sh', ['-c', KEEPER, 'millrace-postgres-keeper', ...command], {
      cwd: '/',
      detached: true,
      env: { ...bareEnvironment },
      stdio: ['ignore', output.fd, output.fd, 'pipe', 'pipe'],
    });
    return watch(keeper);
  } finally {
    await output.close();
  }
}

function watch(keeper: ChildProcess): Kept {
  const [, , , life, leash] = keeper.stdio;
  if (!(life instanceof Socket) || !(leash instanceof Socket)) throw new TypeError('pipes are sockets in Node');
  let over = false;
  const ended = new Promise<void>((resolve, reject) => {
    keeper.once('error', reject);
    life.once('close', () => {
      over = true;
      resolve();
    });
  });
  ended.catch(() => undefined);
  // Writing is never done; without a listener a broken pipe would end this process.
  for (const pipe of [life, leash]) pipe.on('error', () => undefined);
  const pid = new Promise<number | undefined>((resolve) => {
    life.once('data', (bytes) => resolve(Number(bytes)));
    life.once('close', () => resolve(undefined));
  });
  keeper.unref();
  leash.unref();
  return {
    pid,
    ended,
    hasEnded: () => over,
    unref: () => life.unref(),
    release() {
      life.ref();
      leash.end();
    },
  };
}
