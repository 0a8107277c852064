import { checkManifest, type JsonObject, type PackageManifest as Manifest } from '@millrace/packaging';
import { DefinitionError } from './errors.ts';

const manifestKey = Symbol.for('millrace.package-manifest');

/**
 * A flow that has been packaged already, as `flow` of a deployment: what a packager's `package` gave, or JSON such as
 * `{ type: 'database', flow_name: 'hello', serializer: 'source', document: '<sha256>' }`.
 *
 * Throws a {@link DefinitionError} on anything else.
 */
export class PackageManifest implements Manifest {
  /** Who made the package and can open it. */
  readonly type: string;
  /** The flow's name. */
  readonly flow_name: string;
  /** JSON Schema (2020-12) of the flow's parameters. */
  declare readonly flow_parameter_schema?: JsonObject;
  readonly [more: string]: unknown;

  constructor(manifest: Manifest) {
    try {
      const { type, flow_name, ...more } = checkManifest(structuredClone({ ...manifest }));
      this.type = type;
      this.flow_name = flow_name;
      Object.assign(this, more);
      // Not among what is written of it as JSON.
      Object.defineProperty(this, manifestKey, { value: true });
    } catch (cause) {
      throw new DefinitionError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }
}

/** Whether a value is a {@link PackageManifest}, made by whichever copy of this package. */
export function isPackageManifest(value: unknown): value is PackageManifest {
  return typeof value === 'object' && value !== null && manifestKey in value;
}
