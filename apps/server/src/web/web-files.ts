import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** A file of the built UI, ready to be sent. */
export interface WebFile {
  readonly contentType: string;
  readonly etag: string;
  /** Its name changes with its content: browsers need never ask for it again. */
  readonly isImmutable: boolean;
  readonly plain: Buffer;
  readonly brotli: Buffer | undefined;
  readonly gzip: Buffer | undefined;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/**
 * All files of the folder by their path in a URL ("/assets/index-Bx3.js"). They are a megabyte or two and are kept in
 * memory: what was read stays whole when the folder is built anew, and no path of a request ever reaches the disk.
 */
export async function readWebFiles(folder: string): Promise<ReadonlyMap<string, WebFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = new Map(await Promise.all(names.map(async (name) => [name, await readFile(name)] as const)));
  const files = new Map<string, WebFile>();
  for (const [name, plain] of contents) {
    const path = name.slice(folder.length).split(sep).join('/');
    const contentType = contentTypes[extname(path)];
    // Neither the compressed ones by themselves, nor what is not for browsers.
    if (!contentType || path.includes('/.')) continue;
    files.set(path, {
      contentType,
      etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
      isImmutable: path.startsWith('/assets/'),
      plain,
      brotli: contents.get(`${name}.br`),
      gzip: contents.get(`${name}.gz`),
    });
  }
  return files;
}
