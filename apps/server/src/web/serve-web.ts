import { stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Fallback } from '@millrace/rpc/server';
import type { Logger } from '@millrace/telemetry';
import { sendBuildingPage } from './building-page.ts';
import { sendFile } from './send-file.ts';
import { readWebFiles, type WebFile } from './web-files.ts';

type WebFiles = ReadonlyMap<string, WebFile>;

/** Where `apps/web` is built to. */
export const builtWebFolder = join(import.meta.dirname, '..', '..', '..', 'web', 'dist');

/**
 * Serves the built UI: its files, and its one page for every address that a browser opens and no file has. The folder
 * may come later, or be put anew, while the server runs.
 */
export function serveWeb({ folder, log }: { readonly folder: string; readonly log: Logger }): Fallback {
  const currentFiles = openFolder(folder);
  return (request, response, notFound) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return notFound();
    const path = pathOf(request);
    void currentFiles().then(
      (files) => {
        const file = files?.get(path === '/' ? '/index.html' : path);
        if (file) return sendFile(request, response, file);
        if (!isPage(request, path)) return notFound();
        const index = files?.get('/index.html');
        if (index) return sendFile(request, response, index);
        sendBuildingPage(response);
      },
      (error: unknown) => {
        log.error({ err: error, folder }, 'the web UI could not be read');
        sendBuildingPage(response);
      },
    );
  };
}

/** Reads the folder when it is first asked for, and again when its page is another: it is put there whole. */
function openFolder(folder: string): () => Promise<WebFiles | undefined> {
  let version = '';
  let files: Promise<WebFiles> | undefined;
  return async () => {
    const found = await stat(join(folder, 'index.html')).catch(() => undefined);
    // Being put anew just now, or removed: what was read is still good.
    if (!found) return files;
    const current = `${found.ino} ${found.mtimeMs}`;
    if (!files || current !== version) {
      version = current;
      files = readWebFiles(folder);
      files.catch(() => {
        version = '';
      });
    }
    return files;
  };
}

/** Whether somebody opens an address of the UI; a file that is gone, or a program that asks for an RPC, does not. */
function isPage(request: IncomingMessage, path: string): boolean {
  return !path.startsWith('/assets/') && (path === '/' || (request.headers.accept ?? '').includes('text/html'));
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const path = url.split('?', 1)[0] ?? '/';
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
