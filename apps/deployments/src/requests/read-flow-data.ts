import type { DataDocument } from '@millrace/contracts/millrace/v1/data_document_pb';
import type { JsonObject } from '@millrace/db';
import type { FieldViolation } from '@millrace/rpc/errors';
import { jsonProblem, schemaLimits } from '@millrace/service/json-limits';

/** A deployment's code, as far as the server understands it. */
export interface FlowData {
  readonly encoding: string;
  readonly blob: Uint8Array;
  /** Hex hash of the document that holds the package; null where it is elsewhere. */
  readonly document: string | null;
  /** Whether there must be such a document. What a packager of somebody's own calls so may be one, or anything else. */
  readonly needsDocument: boolean;
  /** The name of the server's storage that holds the package; null where it is elsewhere. */
  readonly storage: string | null;
  readonly parameterSchema: JsonObject | null;
}

/** Reads where the code is; what is wrong with it is added to `violations`. */
export function readFlowData(
  message: DataDocument | undefined,
  prefix: string,
  violations: FieldViolation[],
): FlowData {
  const { encoding = '', blob = new Uint8Array() } = message ?? {};
  const data = { encoding, blob, document: null, needsDocument: false, storage: null, parameterSchema: null };
  const refuse = (field: string, description: string) =>
    violations.push({ field: `${prefix}flow_data.${field}`, description });
  if (encoding === '') refuse('encoding', 'must say how the blob is to be read, as "package-manifest"');
  // What is written otherwise only its reader understands.
  if (encoding !== 'package-manifest') return data;

  const manifest = parseObject(blob);
  if (!manifest) {
    refuse('blob', 'must be a JSON object in UTF-8: a package manifest');
    return data;
  }
  const { type, flow_name, flow_parameter_schema: schema, document, serializer, storage } = manifest;
  for (const [name, value] of Object.entries({ type, flow_name }))
    if (typeof value !== 'string' || value === '')
      refuse('blob', `the manifest's ${name} must be a string, and not empty`);
  if (schema !== undefined && !isObject(schema))
    refuse('blob', "the manifest's flow_parameter_schema must be an object");
  const parameterSchema = isObject(schema) ? schema : null;
  const problem = parameterSchema && jsonProblem(parameterSchema, schemaLimits);
  if (problem) refuse('blob', `the manifest's flow_parameter_schema ${problem}`);
  if (type === 'file' && isObject(storage) && storage.type === 'named') {
    if (typeof storage.name === 'string' && storage.name !== '')
      return { ...data, parameterSchema, storage: storage.name };
    refuse('blob', "the manifest's storage.name must be a string, and not empty");
  }
  const isHash = typeof document === 'string' && /^[0-9a-f]{64}$/.test(document);
  if (type !== 'database') return { ...data, parameterSchema, document: type !== 'file' && isHash ? document : null };

  if (typeof serializer !== 'string' || serializer === '')
    refuse('blob', "the manifest's serializer must be a string, and not empty");
  if (!isHash) {
    refuse('blob', "the manifest's document must be the SHA-256 of a document, 64 lower-case hex digits");
    return { ...data, parameterSchema };
  }
  return { ...data, parameterSchema, document, needsDocument: true };
}

function parseObject(blob: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(blob));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
