/** A JSON object. */
type JsonObject = { readonly [key: string]: unknown };

export interface JsonLimits {
  /** Of the JSON text, in UTF-8. */
  readonly bytes: number;
  /** Objects and lists within each other. */
  readonly depth: number;
}

/**
 * What a run's parameters may be. Each level of a Struct is three messages, and protobuf readers stop at 100: what is
 * nested deeper could be stored, but not be read again.
 */
export const parameterLimits: JsonLimits = { bytes: 512 * 1024, depth: 30 };

/** What a schema of parameters may be. */
export const schemaLimits: JsonLimits = { bytes: 256 * 1024, depth: 30 };

/** What is wrong with a JSON object's size, shape or numbers, for people; undefined where nothing is. */
export function jsonProblem(value: JsonObject, limits: JsonLimits): string | undefined {
  if (deeperThan(value, limits.depth)) return `is nested too deeply; at most ${limits.depth} levels are accepted`;
  if (!finite(value)) return 'has a number that JSON can not express (NaN or infinite)';
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > limits.bytes) return `has ${bytes} bytes; at most ${limits.bytes} are accepted`;
  return undefined;
}

function deeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => deeperThan(inner, depth - 1));
}

function finite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(finite);
}
