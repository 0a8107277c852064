import { randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { BundleSerializer } from './bundle-serializer.ts';
import { checkHash } from './check-hash.ts';
import { ImportSerializer } from './import-serializer.ts';
import type { DocumentManifest, PackageManifest } from './manifest.ts';
import { PackagingError } from './packaging-error.ts';
import { isCustomType, type ModuleReference, type Serializer } from './serializer.ts';
import { SourceSerializer } from './source-serializer.ts';
import type { SourceTree } from './source-tree.ts';

/** A flow that can be imported from files of its own. */
export interface UnpackedFlow {
  /** Absolute path of the folder that holds the sources. */
  readonly directory: string;
  /** The module to import, relative to `directory`. */
  readonly entry: string;
  /** Name of the flow (not of the export) in that module. */
  readonly flowName: string;
}

/** A flow in a module that is there already. */
export interface ReferredFlow {
  readonly reference: ModuleReference;
  readonly flowName: string;
}

/** A flow whose package only code of the user's own can open, which is done where the flow runs. */
export interface CustomPackage {
  readonly manifest: PackageManifest;
  /** Where its bytes are, checked against their hash; absent where its packager has them. */
  readonly documentFile?: string;
  /** Where the files that come of it are to be kept. */
  readonly cacheDirectory: string;
  readonly flowName: string;
}

/** What a process needs to load a flow. */
export type LoadableFlow = UnpackedFlow | ReferredFlow | CustomPackage;

/** The package of a manifest, where it was unpacked below `cacheDirectory` before; else undefined. */
export async function findUnpacked(
  manifest: DocumentManifest,
  cacheDirectory: string,
): Promise<LoadableFlow | undefined> {
  const { document, serializer, flow_name: flowName } = manifest;
  if (isCustomType(serializer)) {
    const documentFile = documentFileOf(manifest, cacheDirectory);
    const isThere = await access(documentFile).then(
      () => true,
      () => false,
    );
    return isThere ? { manifest, documentFile, cacheDirectory, flowName } : undefined;
  }
  if (serializer === 'import') {
    const bytes = await readFile(documentFileOf(manifest, cacheDirectory)).catch(() => undefined);
    return bytes && { reference: new ImportSerializer().deserialize(bytes), flowName };
  }
  const folder = join(cacheDirectory, document);
  const entry = await readFile(join(folder, 'entry'), 'utf8').catch(() => undefined);
  return entry === undefined ? undefined : { directory: join(folder, 'source'), entry, flowName };
}

/**
 * Makes a package loadable: its files, or its bytes where there are none, are written below `cacheDirectory` under the
 * name of the document's hash, or found there. They appear whole or not at all, so several processes may do it at once.
 *
 * @param bytes the manifest's document. Throws a {@link PackagingError} if they are not what the manifest's hash says,
 *   if the serializer is not known, and if a path leads out of the folder.
 */
export async function unpackDocument(
  manifest: DocumentManifest,
  bytes: Uint8Array,
  cacheDirectory: string,
): Promise<LoadableFlow> {
  const { serializer, flow_name: flowName } = manifest;
  const sha256 = manifest.document;
  checkHash(bytes, sha256);
  const known = isCustomType(serializer) ? undefined : serializerOf(serializer, sha256);
  const found = await findUnpacked(manifest, cacheDirectory);
  if (found) return found;
  const code = await known?.deserialize(bytes);
  if (code && 'files' in code) return writeFlowFiles(code, { sha256, flowName, cacheDirectory });
  const documentFile = documentFileOf(manifest, cacheDirectory);
  await keepFile(documentFile, bytes);
  return code ? { reference: code, flowName } : { manifest, documentFile, cacheDirectory, flowName };
}

/** Writes a flow's files into a folder named by a hash, or finds them there. */
export async function writeFlowFiles(
  tree: SourceTree,
  { sha256, flowName, cacheDirectory }: { sha256: string; flowName: string; cacheDirectory: string },
): Promise<UnpackedFlow> {
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
  return { directory: join(folder, 'source'), entry: tree.entry, flowName };
}

function serializerOf(type: string, sha256: string): Serializer {
  switch (type) {
    case 'source':
      return new SourceSerializer();
    case 'import':
      return new ImportSerializer();
    case 'bundle':
      return new BundleSerializer();
    default:
      throw new PackagingError(`package ${sha256}: serializer "${type}" is not known here`);
  }
}

// Another serializer may read the same bytes otherwise, so those without files of their own lie beside the folders.
function documentFileOf({ document }: DocumentManifest, cacheDirectory: string): string {
  return join(cacheDirectory, `${document}.document`);
}

async function keepFile(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, bytes, { flag: 'wx', flush: true });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
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
