import type { FlowSource } from './flow-source.ts';
import type { DatabaseManifest } from './manifest.ts';
import type { Packager, PackagingContext } from './packager.ts';
import { serializeFlow } from './serialize-flow.ts';
import type { Serializer } from './serializer.ts';
import { SourceSerializer } from './source-serializer.ts';

/** Keeps packages as content-addressed documents in the server's database: nothing else has to be set up. */
export class DatabasePackager implements Packager {
  readonly type = 'database';
  readonly #serializer: Serializer;

  /** @param options.serializer how the code becomes bytes; default {@link SourceSerializer} */
  constructor(options: { readonly serializer?: Serializer } = {}) {
    this.#serializer = options.serializer ?? new SourceSerializer();
  }

  /** Throws a {@link PackagingError} where the flow's code can't be packaged whole, or is larger than 64 MiB. */
  async package(flow: FlowSource, context: PackagingContext): Promise<DatabaseManifest> {
    const { bytes, manifest } = await serializeFlow(flow, this.#serializer);
    return { type: this.type, ...manifest, document: await context.putDocument(bytes) };
  }
}
