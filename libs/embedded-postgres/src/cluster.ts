import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chmod, link, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '@millrace/packaging/make-folder';
import type { Logger } from '@millrace/telemetry';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError, folderError } from './embedded-postgres-error.ts';
import { bareEnvironment, unprivileged } from './privilege.ts';
import { processFacts } from './process-facts.ts';

/** A folder with an initialised database. */
export interface Cluster {
  /** Absolute, without symbolic links. */
  readonly data: string;
  readonly logFile: string;
  readonly password: string;
}

/** The one who owns everything in the embedded database. */
export const SUPERUSER = 'millrace';

/** Makes what is missing of `<directory>/{data,password}`; several processes may do so at once. */
export async function prepareCluster(directory: string, binaries: Binaries, log: Logger): Promise<Cluster> {
  try {
    await makeFolder(resolve(directory), 0o700);
    const home = await realpath(directory);
    const data = join(home, 'data');
    const isNew = !(await exists(data));
    const password = isNew ? await makePassword(home) : await readPassword(home);
    if (isNew) await initialise(data, { password: join(home, 'password'), binaries, log });
    return { data, logFile: join(home, 'postgres.log'), password };
  } catch (cause) {
    throw cause instanceof EmbeddedPostgresError ? cause : folderError(directory, cause);
  }
}

async function makePassword(home: string): Promise<string> {
  const path = join(home, 'password');
  const draft = draftOf(path);
  await writeFile(draft, randomBytes(24).toString('base64url'), { mode: 0o600 });
  // A link appears whole and never replaces what another process made first.
  await link(draft, path).catch(ignoreExisting);
  await rm(draft);
  return readPassword(home);
}

async function readPassword(home: string): Promise<string> {
  const path = join(home, 'password');
  if (!(await exists(path)))
    throw new EmbeddedPostgresError(
      `${join(home, 'data')} holds a database, but its password file ${path} is missing. ` +
        'Restore that file, or move the folder away to begin with an empty database.',
    );
  await chmod(path, 0o600);
  return (await readFile(path, 'utf8')).trim();
}

/** Runs initdb beside the final place, so that a folder called `data` is always complete. */
async function initialise(data: string, how: { password: string; binaries: Binaries; log: Logger }): Promise<void> {
  const draft = draftOf(data);
  how.log.info({ data }, 'creating the embedded database (about a second)');
  await removeAbandonedDrafts(data);
  const [program, ...args] = unprivileged(how.binaries.initdb, [
    ...['-D', draft, '-U', SUPERUSER, `--pwfile=${how.password}`, '--auth=scram-sha-256', '--encoding=UTF8'],
    // The same order and case rules on every machine, whatever its locales.
    ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
  ]);
  try {
    await promisify(execFile)(program, args, { cwd: '/', env: { ...bareEnvironment } });
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    throw initdbError(data, cause);
  }
  // Another process may have been first: then its folder stays.
  await rename(draft, data).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    ignoreExisting(error);
  });
}

function initdbError(data: string, cause: unknown): EmbeddedPostgresError {
  const output = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
  const userNamespaces = /unshare.*(not permitted|failed)|ENOENT/.test(`${output} ${String(cause)}`)
    ? ' As root it needs `unshare` and permission to create user namespaces: run as another user if there is none.'
    : '';
  return new EmbeddedPostgresError(
    `The embedded database can't be created in ${data}: ${output || String(cause)}${userNamespaces} ` +
      'MILLRACE_DATABASE_URL uses a Postgres of yours instead.',
    { cause },
  );
}

/** A name beside the final one for what is not complete yet. */
function draftOf(path: string): string {
  return `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
}

async function removeAbandonedDrafts(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    const [base, pid] = name.split('.');
    if (base !== basename(path) || !pid || (await processFacts(Number(pid)))) continue;
    await rm(join(dirname(path), name), { recursive: true, force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function ignoreExisting(error: unknown): void {
  if (error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOTEMPTY')) return;
  throw error;
}
