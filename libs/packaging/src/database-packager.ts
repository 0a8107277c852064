import { createHash } from 'node:crypto';
import type { JsonObject, PackageManifest } from './manifest.ts';
import { PackagingError } from './packaging-error.ts';
import { type Serializer, SourceSerializer } from './source-serializer.ts';

/** A flow to be packaged. */
export interface FlowSource {
  /** Path of the module that defines or exports the flow. */
  readonly file: string;
  /** The flow's name. */
  readonly name: string;
  /** JSON Schema (2020-12) of its parameters, where known. */
  readonly parameterSchema?: JsonObject | undefined;
}

/** A flow, packaged. */
export interface CreatedPackage {
  /** Goes into the deployment. */
  readonly manifest: PackageManifest;
  /** Is to be put into the server's database before the deployment is created. */
  readonly document: { readonly sha256: string; readonly bytes: Uint8Array };
}

/** Makes packages of flows. */
export interface Packager {
  package(flow: FlowSource): Promise<CreatedPackage>;
}

// StorageService refuses larger documents.
const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

/** Keeps packages as content-addressed documents in the server's database: nothing else has to be set up. */
export class DatabasePackager implements Packager {
  readonly #serializer: Serializer;

  /** @param options.serializer how the code becomes bytes; default {@link SourceSerializer} */
  constructor(options: { readonly serializer?: Serializer } = {}) {
    this.#serializer = options.serializer ?? new SourceSerializer();
  }

  /** Throws a {@link PackagingError} where the flow's code can't be packaged whole, or is larger than 64 MiB. */
  async package(flow: FlowSource): Promise<CreatedPackage> {
    const bytes = await this.#serializer.serialize(flow.file);
    if (bytes.byteLength > MAX_DOCUMENT_BYTES)
      throw new PackagingError(`${flow.file}: the package has ${bytes.byteLength} bytes, more than 64 MiB`);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const schema = flow.parameterSchema === undefined ? {} : { flow_parameter_schema: flow.parameterSchema };
    return {
      manifest: {
        type: 'database',
        flow_name: flow.name,
        ...schema,
        serializer: this.#serializer.type,
        document: sha256,
      },
      document: { sha256, bytes },
    };
  }
}
