import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/**
 * Where the server is that has a home, as `server.json` in it says; undefined where there is none. One that was killed leaves
 * the file behind, and its port may be anybody's by then: its process is looked for, too.
 */
export function serverOfHome(home: string): string | undefined {
  try {
    const { url, pid } = JSON.parse(readFileSync(join(home, 'server.json'), 'utf8')) as {
      url?: unknown;
      pid?: unknown;
    };
    process.kill(Number(pid), 0);
    return typeof url === 'string' && URL.canParse(url) ? url : undefined;
  } catch {
    return undefined;
  }
}
