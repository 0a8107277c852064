import { mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** Where the executables of this platform are. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** Finds the binaries that npm installed for this platform and completes them with the links that npm can't carry. */
export async function findBinaries(platform = `${process.platform}-${process.arch}`): Promise<Binaries> {
  const root = packageFolder(platform);
  await makeLinks(root);
  return { initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres') };
}

function packageFolder(platform: string): string {
  try {
    // The package exports its entry only, which lies in dist/.
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)));
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `No Postgres is installed for this platform (${platform}). ` +
        'Set MILLRACE_DATABASE_URL to a Postgres 15 or newer, such as postgres://user:password@host:5432/name.',
      { cause },
    );
  }
}

/**
 * npm packages can't hold symbolic links: the package lists them and makes them in an install script, which npm 12
 * does not run and `--ignore-scripts` turns off.
 */
async function makeLinks(root: string): Promise<void> {
  const links: readonly Link[] = JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links) {
    const path = join(root, target);
    try {
      await mkdir(dirname(path), { recursive: true });
      await symlink(relative(dirname(path), join(root, source)), path);
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') continue;
      throw new EmbeddedPostgresError(`A library link of the embedded Postgres can't be made: ${path}`, { cause });
    }
  }
}
