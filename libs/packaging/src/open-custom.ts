import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { checkHash } from './check-hash.ts';
import { encodeManifest } from './manifest.ts';
import type { ServerDocument } from './package-place.ts';
import type { Packager } from './packager.ts';
import { PackagingError } from './packaging-error.ts';
import type { FlowCode, Serializer } from './serializer.ts';
import { type CustomPackage, type ReferredFlow, type UnpackedFlow, writeFlowFiles } from './unpack-document.ts';

/** Imports a module that the user has where the flow runs. */
export type ImportModule = (specifier: string) => Promise<Readonly<Record<string, unknown>>>;

/** What opening needs of the process. */
export interface CustomPackageAccess {
  readonly importModule: ImportModule;
  /** A document from the server that the package came from. */
  readonly fetchDocument: (document: ServerDocument) => Promise<Uint8Array>;
}

/**
 * Opens a package by a packager or serializer of the user's own. To be called in the process that runs the flow. Throws
 * a {@link PackagingError} where the manifest's type leads to none.
 */
export async function openCustomPackage(
  { manifest, documentFile, cacheDirectory, flowName }: CustomPackage,
  { importModule, fetchDocument }: CustomPackageAccess,
): Promise<UnpackedFlow | ReferredFlow> {
  const code =
    documentFile === undefined
      ? await unpackage(manifest, { importModule, fetchDocument })
      : await (await customSerializer(String(manifest.serializer), importModule)).deserialize(
          await readFile(documentFile),
        );
  if (!('files' in code)) return { reference: code, flowName };
  const sha256 = createHash('sha256').update(encodeManifest(manifest)).digest('hex');
  return writeFlowFiles(code, { sha256, flowName, cacheDirectory });
}

async function unpackage(
  manifest: CustomPackage['manifest'],
  { importModule, fetchDocument }: CustomPackageAccess,
): Promise<FlowCode> {
  const packager = (await load(manifest.type, importModule)) as Partial<Packager> | undefined;
  if (typeof packager?.unpackage !== 'function')
    throw new PackagingError(`${manifest.type} is no packager: it has no method unpackage`);
  return packager.unpackage(manifest, {
    async getDocument(sha256, place) {
      const bytes = await fetchDocument({ sha256, ...place });
      checkHash(bytes, sha256);
      return bytes;
    },
  });
}

async function customSerializer(type: string, importModule: ImportModule): Promise<Serializer> {
  const serializer = (await load(type, importModule)) as Partial<Serializer> | undefined;
  if (typeof serializer?.deserialize !== 'function')
    throw new PackagingError(`${type} is no serializer: it has no method deserialize`);
  return serializer as Serializer;
}

async function load(type: string, importModule: ImportModule): Promise<unknown> {
  const [, specifier = '', name = ''] = /^(.*)#([^#]*)$/.exec(type) ?? [];
  if (!specifier || !name)
    throw new PackagingError(
      `package manifest: "${type}" is not known; one of your own has a type such as './mine.ts#Mine'`,
    );
  const exported = (await importModule(specifier))[name];
  if (typeof exported !== 'function')
    throw new PackagingError(`${specifier} has no export '${name}' that is a class or a function`);
  return isClass(exported) ? Reflect.construct(exported, []) : exported();
}

function isClass(value: unknown): value is new () => unknown {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}
