import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { UsageError } from './usage-error.ts';

/** What `--params` and `-p` say, `-p` going over `--params`, read by the schema where there is one. */
export function readParameters(
  params: string | undefined,
  assignments: readonly string[],
  schema: JsonObject | undefined,
): JsonObject {
  const whole = params === undefined ? {} : readObject(params);
  const single = assignments.map((assignment) => {
    const split = assignment.indexOf('=');
    if (split < 1) throw new UsageError(`-p ${assignment}: name=value is needed`);
    const name = assignment.slice(0, split);
    return [name, readValue(name, assignment.slice(split + 1), schema)] as const;
  });
  return Object.fromEntries([...Object.entries(whole), ...single]);
}

function readObject(text: string): JsonObject {
  const value = parseJson(text);
  if (value === undefined) throw new UsageError(`--params: this is not JSON: ${text}`);
  if (!isObject(value)) throw new UsageError('--params: a JSON object is needed, as {"name": "Arthur"}');
  return value;
}

function readValue(name: string, text: string, schema: JsonObject | undefined): JsonValue {
  const properties = schema?.properties;
  const property = isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  const accepted = schema && property !== undefined ? acceptedTypes(property, schema, 0) : undefined;
  const value = parseJson(text);
  if (!accepted) return value === undefined ? text : exact(name, text, value);
  // Text is taken as it stands where text is wanted, quotes included.
  if (value !== undefined && typeof value !== 'string' && accepted.has(typeOf(value))) return exact(name, text, value);
  if (accepted.has('string')) return text;
  throw new UsageError(`-p ${name}=${text}: ${[...accepted].sort().join(' or ')} is needed`);
}

// A schema that refers to itself without end says nothing about a value's type at this depth.
const DEEPEST_REFERENCE = 20;

/** The types of value that a schema lets through; undefined where it does not say. */
function acceptedTypes(schema: JsonValue, root: JsonObject, depth: number): ReadonlySet<string> | undefined {
  if (!isObject(schema) || depth > DEEPEST_REFERENCE) return undefined;
  const { type, enum: values, const: only, $ref: reference } = schema;
  if (typeof type === 'string' || Array.isArray(type)) return withIntegers([type].flat().filter(isText));
  if (only !== undefined) return withIntegers([typeOf(only)]);
  if (Array.isArray(values)) return withIntegers(values.map(typeOf));
  if (typeof reference === 'string') {
    const target = follow(reference, root);
    return target === undefined ? undefined : acceptedTypes(target, root, depth + 1);
  }
  const branches = schema.anyOf ?? schema.oneOf;
  if (!Array.isArray(branches)) return undefined;
  const union = new Set<string>();
  for (const branch of branches) {
    const types = acceptedTypes(branch, root, depth + 1);
    if (!types) return undefined;
    for (const each of types) union.add(each);
  }
  return union;
}

function follow(reference: string, root: JsonObject): JsonValue | undefined {
  if (!reference.startsWith('#')) return undefined;
  let target: JsonValue | undefined = root;
  for (const step of reference.slice(1).split('/').slice(1)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    target = isObject(target) && Object.hasOwn(target, key) ? target[key] : undefined;
  }
  return target;
}

/** Whoever takes any number takes a whole one. */
function withIntegers(types: readonly string[]): ReadonlySet<string> {
  return new Set(types.includes('number') ? [...types, 'integer'] : types);
}

/** JSON Schema's name of a value's type. */
function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/** Parameters travel as doubles: a number beyond them is refused rather than changed. */
function exact(name: string, text: string, value: JsonValue): JsonValue {
  if (typeof value !== 'number') return value;
  if (Number.isFinite(value) && (Number.isSafeInteger(value) || !/^-?\d+$/.test(text))) return value;
  throw new UsageError(`-p ${name}=${text}: this number is too large to be kept exactly; pass it as text`);
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string';
}
