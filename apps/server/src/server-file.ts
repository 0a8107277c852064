import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What `server.json` in a home says: which server has it. Read by programs that look for one. */
export interface ServerFile {
  readonly url: string;
  readonly pid: number;
  /** Whether a program started it, so that it gives way to a server that somebody starts. */
  readonly detached: boolean;
}

/** What the home's file says; undefined where there is none, or nothing that can be read. */
export async function readServerFile(home: string): Promise<ServerFile | undefined> {
  try {
    const { url, pid, detached } = JSON.parse(await readFile(pathIn(home), 'utf8')) as Partial<ServerFile>;
    return typeof url === 'string' && Number.isInteger(pid)
      ? { url, pid: pid as number, detached: detached === true }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Says who has the home, until it is disposed of. To be written by whoever holds the home's lock. */
export async function writeServerFile(home: string, content: ServerFile): Promise<AsyncDisposable> {
  const path = pathIn(home);
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  await rename(draft, path);
  return {
    async [Symbol.asyncDispose]() {
      // Another server may have the home by now.
      if ((await readServerFile(home))?.pid === content.pid) await rm(path, { force: true });
    },
  };
}

function pathIn(home: string): string {
  return join(home, 'server.json');
}
