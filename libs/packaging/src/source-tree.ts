import { PackagingError } from './packaging-error.ts';

/** The files of a flow. All paths are relative to one folder, with `/` between their parts. */
export interface SourceTree {
  /** The module that holds the flow; one of `files`. */
  readonly entry: string;
  /** Path to text. */
  readonly files: ReadonlyMap<string, string>;
  /** Paths that are symbolic links, to the one of `files` that each leads to. */
  readonly links: ReadonlyMap<string, string>;
}

/** The tree as UTF-8 JSON; equal trees give equal bytes, whatever the order in which their files were found. */
export function encodeSourceTree(tree: SourceTree): Uint8Array {
  const links = tree.links.size > 0 ? { links: sorted(tree.links) } : {};
  return new TextEncoder().encode(JSON.stringify({ entry: tree.entry, files: sorted(tree.files), ...links }));
}

/** Reads what {@link encodeSourceTree} wrote. Throws a {@link PackagingError} on anything else, and on any path that leads out of the tree. */
export function decodeSourceTree(bytes: Uint8Array): SourceTree {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new PackagingError('package document: not JSON', { cause });
  }
  if (typeof parsed !== 'object' || parsed === null) throw new PackagingError('package document: not an object');
  const document = parsed as { entry?: unknown; files?: unknown; links?: unknown };
  const files = readPaths('files', document.files);
  const links = readPaths('links', document.links ?? {});
  if (typeof document.entry !== 'string' || !files.has(document.entry))
    throw new PackagingError('package document: entry is not one of its files');
  for (const [path, target] of links) {
    if (files.has(path) || !files.has(target))
      throw new PackagingError(`package document: link ${path} does not lead to one of its files`);
  }
  return { entry: document.entry, files, links };
}

function sorted(entries: ReadonlyMap<string, string>): { [path: string]: string } {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function readPaths(name: string, value: unknown): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PackagingError(`package document: ${name} is not an object`);
  const entries = new Map<string, string>();
  for (const [path, text] of Object.entries(value)) {
    if (!isInside(path)) throw new PackagingError(`package document: the path ${JSON.stringify(path)} is refused`);
    if (typeof text !== 'string') throw new PackagingError(`package document: ${path} is not text`);
    entries.set(path, text);
  }
  return entries;
}

function isInside(path: string): boolean {
  if (path.includes('\0')) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
