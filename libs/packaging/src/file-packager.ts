import { createHash } from 'node:crypto';
import type { FlowSource } from './flow-source.ts';
import type { FileManifest } from './manifest.ts';
import type { Packager, PackagingContext } from './packager.ts';
import { PackagingError } from './packaging-error.ts';
import { serializeFlow } from './serialize-flow.ts';
import type { Serializer } from './serializer.ts';
import { SourceSerializer } from './source-serializer.ts';
import { LocalStorage } from './storage/local-storage.ts';
import type { Storage } from './storage/storage.ts';

/** How {@link FilePackager} packages. */
export interface FilePackagerOptions {
  /** How the code becomes bytes; default {@link SourceSerializer}. */
  readonly serializer?: Serializer;
  /**
   * A storage, or the name of one that the server knows. Default: the folder `basePath`; without that the server's
   * default storage; where none is set, the folder `storage` under MILLRACE_HOME.
   */
  readonly storage?: Storage | string;
  /** Without `storage`, a folder; with it, what the keys begin with. */
  readonly basePath?: string;
}

/** Keeps each package as a file, named by the hash of what is in it. */
export class FilePackager implements Packager {
  readonly type = 'file';
  readonly #options: FilePackagerOptions;

  constructor(options: FilePackagerOptions = {}) {
    const unknown = Object.keys(options).find((key) => !['serializer', 'storage', 'basePath'].includes(key));
    if (unknown !== undefined)
      throw new PackagingError(`FilePackager has no option '${unknown}'; it has serializer, storage, basePath`);
    this.#options = options;
  }

  /** Throws a {@link PackagingError} where the code can't be packaged whole, is larger than 64 MiB, or can't be stored. */
  async package(flow: FlowSource, context: PackagingContext): Promise<FileManifest> {
    const { serializer = new SourceSerializer() } = this.#options;
    const { bytes, manifest } = await serializeFlow(flow, serializer);
    const document = createHash('sha256').update(bytes).digest('hex');
    const { storage, prefix } = await this.#place(context);
    const key = `${prefix}${document}`;
    if (typeof storage === 'string') {
      await context.putDocument(bytes, { storage, key });
      return { type: this.type, ...manifest, document, storage: { type: 'named', name: storage }, key };
    }
    if (!context.isDryRun) await storage.write(key, bytes);
    return { type: this.type, ...manifest, document, storage: storage.reference, key };
  }

  async #place(context: PackagingContext): Promise<{ storage: Storage | string; prefix: string }> {
    const { storage, basePath } = this.#options;
    if (storage !== undefined) {
      const folder = basePath?.replace(/^\/+|\/+$/g, '');
      return { storage, prefix: folder ? `${folder}/` : '' };
    }
    if (basePath !== undefined) return { storage: new LocalStorage({ basePath }), prefix: '' };
    return { storage: await context.defaultStorage(), prefix: '' };
  }
}
