import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { makeFolder } from '@millrace/packaging/make-folder';
import { type Settings, variablesToPassOn } from '@millrace/settings';
import { NoServerError } from '../errors.ts';

/**
 * Starts a server on the home's embedded database, in a process of its own that outlives this one and ends 10 s after its
 * last client; if another process does so at the same moment, gives that one's address. Throws a {@link NoServerError}
 * where the server is not installed, or does not start.
 */
export async function startServer(settings: Settings): Promise<string> {
  const { home, apiUrl } = settings;
  const module = findModule();
  if (module === undefined)
    throw new NoServerError(`no Millrace server answers at ${apiUrl}, and none is installed here`, [
      ...whereAServerIs,
      'To have one started when it is needed: npm install @millrace/server.',
    ]);
  process.stderr.write(`millrace: starting a server for ${home}; it ends with its last client\n`);
  try {
    await makeFolder(home);
    return await urlOf(launch(module, settings));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new NoServerError(`the server for ${home} did not start: ${why}`, [`See ${logFileOf(settings)}.`], { cause });
  }
}

/** What to do where nobody answers. */
export const whereAServerIs: readonly string[] = [
  'Start one with: millrace server start.',
  'If there is one elsewhere, say where: MILLRACE_API_URL=http://HOST:PORT.',
];

function launch(module: string, settings: Settings): ChildProcess {
  const { home } = settings;
  const log = openSync(logFileOf(settings), 'a', 0o600);
  try {
    return fork(module, [], {
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
      execArgv: [],
      env: { ...variablesToPassOn(), NODE_COMPILE_CACHE: join(home, 'cache', 'node-compile') },
    });
  } finally {
    closeSync(log);
  }
}

function logFileOf({ home }: Settings): string {
  return join(home, 'server.log');
}

/** What it tells when it serves; from there on it goes its own way. */
function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      child.removeAllListeners();
      if (child.connected) child.disconnect();
      child.unref();
      done();
    };
    const refuse = (why: string) => settle(() => reject(new Error(why)));
    child.once('error', (error) => refuse(error.message));
    child.once('exit', (code, signal) => refuse(`it ended with ${code ?? signal}`));
    child.once('message', (news: { readonly url?: string; readonly error?: string }) => {
      const { url } = news;
      if (url === undefined) refuse(news.error ?? 'it did not say why');
      else settle(() => resolve(url));
    });
  });
}

/** The server's entry, as the program finds it, else as this package does; undefined where it is not installed. */
function findModule(): string | undefined {
  for (const from of [join(process.cwd(), 'program.js'), import.meta.url]) {
    try {
      return createRequire(from).resolve('@millrace/server/detached');
    } catch {}
  }
  return undefined;
}
