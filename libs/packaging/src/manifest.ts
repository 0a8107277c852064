import { PackagingError } from './packaging-error.ts';

/** A JSON object. */
export type JsonObject = { [key: string]: unknown };

/** The encoding of a manifest in a deployment's `flow_data`. */
export const manifestEncoding = 'package-manifest';

/** A flow whose package is a document in the server's database. */
export interface DatabaseManifest {
  readonly type: 'database';
  /** The flow's name, which is how it is found in the package. */
  readonly flow_name: string;
  /** JSON Schema (2020-12) of the flow's parameters; absent where nothing is known. */
  readonly flow_parameter_schema?: JsonObject;
  /** How the document is read: "source". */
  readonly serializer: string;
  /** SHA-256 of the document: 64 lower-case hex digits. */
  readonly document: string;
}

/** Says where a flow's package is and how it is read; a deployment's `flow_data`. */
export type PackageManifest = DatabaseManifest;

/** The manifest as UTF-8 JSON; equal manifests give equal bytes. */
export function encodeManifest(manifest: PackageManifest): Uint8Array {
  const { type, flow_name, flow_parameter_schema, serializer, document } = manifest;
  return new TextEncoder().encode(
    JSON.stringify({ type, flow_name, flow_parameter_schema, serializer, document } satisfies JsonObject),
  );
}

/** Reads what {@link encodeManifest} wrote. Throws a {@link PackagingError} on anything else. */
export function decodeManifest(bytes: Uint8Array): PackageManifest {
  const manifest = parseObject(bytes);
  const { type, flow_name, flow_parameter_schema, serializer, document } = manifest;
  if (type !== 'database') throw new PackagingError(`package manifest: type ${JSON.stringify(type)} is not known here`);
  if (typeof flow_name !== 'string' || !flow_name) throw new PackagingError('package manifest: flow_name is missing');
  if (typeof serializer !== 'string' || !serializer)
    throw new PackagingError('package manifest: serializer is missing');
  if (typeof document !== 'string' || !/^[0-9a-f]{64}$/.test(document))
    throw new PackagingError('package manifest: document is not 64 lower-case hex digits');
  if (flow_parameter_schema === undefined) return { type, flow_name, serializer, document };
  if (!isObject(flow_parameter_schema))
    throw new PackagingError('package manifest: flow_parameter_schema is not an object');
  return { type, flow_name, flow_parameter_schema, serializer, document };
}

function parseObject(bytes: Uint8Array): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new PackagingError('package manifest: not JSON', { cause });
  }
  if (!isObject(parsed)) throw new PackagingError('package manifest: not an object');
  return parsed;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
