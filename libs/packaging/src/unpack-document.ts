import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { PackageManifest } from './manifest.ts';
import { PackagingError } from './packaging-error.ts';
import { decodeSourceTree, type SourceTree } from './source-tree.ts';

/** A flow that can be imported. */
export interface UnpackedFlow {
  /** Absolute path of the folder that holds the sources. */
  readonly directory: string;
  /** The module to import, relative to `directory`. */
  readonly entry: string;
  /** Name of the flow (not of the export) in that module. */
  readonly flowName: string;
}

/** The package of a manifest, where it was unpacked below `cacheDirectory` before; else undefined. */
export async function findUnpacked(
  manifest: PackageManifest,
  cacheDirectory: string,
): Promise<UnpackedFlow | undefined> {
  const folder = join(cacheDirectory, manifest.document);
  const entry = await readFile(join(folder, 'entry'), 'utf8').catch(() => undefined);
  if (entry === undefined) return undefined;
  return { directory: join(folder, 'source'), entry, flowName: manifest.flow_name };
}

/**
 * Writes the files of a package below `cacheDirectory`, in a folder named by the document's hash, or finds them there.
 * The folder appears whole or not at all, so several processes may do it at once.
 *
 * @param bytes the manifest's document. Throws a {@link PackagingError} if they are not what the manifest's hash says,
 *   if the serializer is not known, and if a path leads out of the folder.
 */
export async function unpackDocument(
  manifest: PackageManifest,
  bytes: Uint8Array,
  cacheDirectory: string,
): Promise<UnpackedFlow> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== manifest.document)
    throw new PackagingError(`package ${manifest.document}: its bytes have the hash ${sha256}, so they are refused`);
  if (manifest.serializer !== 'source')
    throw new PackagingError(`package ${sha256}: serializer "${manifest.serializer}" is not known here`);
  const found = await findUnpacked(manifest, cacheDirectory);
  if (found) return found;

  const tree = decodeSourceTree(bytes);
  const folder = join(cacheDirectory, sha256);
  const draft = join(cacheDirectory, `.${sha256}.${randomUUID()}`);
  try {
    await writeTree(tree, join(draft, 'source'));
    await writeFile(join(draft, 'entry'), tree.entry, { flush: true });
    await rename(draft, folder).catch((error: unknown) => {
      // Another process was quicker; what it wrote has the same hash.
      if (!isThere(error)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return { directory: join(folder, 'source'), entry: tree.entry, flowName: manifest.flow_name };
}

async function writeTree(tree: SourceTree, root: string): Promise<void> {
  for (const [path, text] of tree.files) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    // Flushed, since a folder once there is trusted for good, also after a power cut.
    await writeFile(file, text, { flag: 'wx', flush: true });
  }
  // After all files, so that nothing is ever written through a link.
  for (const [path, target] of tree.links) {
    const link = join(root, path);
    await mkdir(dirname(link), { recursive: true });
    await symlink(relative(dirname(link), join(root, target)), link);
  }
}

function isThere(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ENOTEMPTY' || code === 'EEXIST';
}
