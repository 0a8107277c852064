import type { JsonObject } from '@millrace/packaging';
import type ts from 'typescript';

/** A type that JSON has no values for; says where it stands. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError';

  constructor(path: readonly string[], what: string) {
    super(`${path.length > 0 ? `'${path.join('.')}'` : 'the parameters'}: ${what} can't be given as JSON`);
  }
}

/** What the conversion works with. */
export interface Conversion {
  readonly typescript: typeof ts;
  readonly checker: ts.TypeChecker;
  /** For what is asked about symbols: where the type is used. */
  readonly at: ts.Node;
}

/** JSON Schema (2020-12) of the values of a type. Throws a {@link NotJsonError}. */
export function schemaOfType(type: ts.Type, conversion: Conversion): JsonObject {
  const definitions: Record<string, JsonObject> = {};
  const schema = new TypeConverter(conversion, definitions).convert(type, []);
  return Object.keys(definitions).length > 0 ? { ...schema, $defs: definitions } : schema;
}

class TypeConverter {
  readonly #ts: typeof ts;
  readonly #checker: ts.TypeChecker;
  readonly #at: ts.Node;
  readonly #definitions: Record<string, JsonObject>;
  /** Objects that are being converted: one that contains itself is referred to. */
  readonly #open = new Map<ts.Type, { name: string | undefined }>();

  constructor({ typescript, checker, at }: Conversion, definitions: Record<string, JsonObject>) {
    this.#ts = typescript;
    this.#checker = checker;
    this.#at = at;
    this.#definitions = definitions;
  }

  convert(type: ts.Type, path: readonly string[]): JsonObject {
    const { TypeFlags } = this.#ts;
    const is = (flags: ts.TypeFlags) => (type.flags & flags) !== 0;
    if (is(TypeFlags.Any | TypeFlags.Unknown)) return {};
    if (type.isUnion()) return this.#union(type, path);
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (is(TypeFlags.BooleanLiteral)) return { const: this.#checker.typeToString(type) === 'true' };
    if (is(TypeFlags.StringLike)) return { type: 'string' };
    if (is(TypeFlags.NumberLike)) return { type: 'number' };
    if (is(TypeFlags.BooleanLike)) return { type: 'boolean' };
    if (is(TypeFlags.BigIntLike)) return { type: 'integer' };
    if (is(TypeFlags.Null)) return { type: 'null' };
    if (type.isIntersection()) {
      // A branded primitive is that primitive.
      const primitive = type.types.find((part) => (part.flags & TypeFlags.Object) === 0);
      if (primitive) return this.convert(primitive, path);
    }
    if (is(TypeFlags.TypeParameter)) return this.convert(this.#checker.getBaseConstraintOfType(type) ?? type, path);
    if (is(TypeFlags.Object | TypeFlags.Intersection | TypeFlags.NonPrimitive)) return this.#object(type, path);
    throw new NotJsonError(path, `a value of the type ${this.#checker.typeToString(type)}`);
  }

  #union(type: ts.UnionType, path: readonly string[]): JsonObject {
    const { TypeFlags } = this.#ts;
    const present = type.types.filter((part) => (part.flags & (TypeFlags.Undefined | TypeFlags.Void)) === 0);
    const schemas = present.map((part) => this.convert(part, path));
    const constants = schemas.flatMap((schema) => ('const' in schema ? [schema.const] : []));
    const others = schemas.filter((schema) => !('const' in schema));
    const isBoolean = constants.includes(true) && constants.includes(false);
    // The order of a union is whatever the compiler came across first.
    const values = (isBoolean ? constants.filter((value) => typeof value !== 'boolean') : constants).sort(inOrder);
    const alternatives = [
      ...(values.length > 1 ? [{ enum: values }] : values.map((value) => ({ const: value }))),
      ...(isBoolean ? [{ type: 'boolean' }] : []),
      ...others,
    ];
    const [only, ...more] = alternatives;
    if (only && more.length === 0) return only;
    const types = alternatives.flatMap((each) => ('type' in each && Object.keys(each).length === 1 ? [each.type] : []));
    if (types.length === alternatives.length) return { type: types.sort() };
    return { anyOf: alternatives.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) };
  }

  #object(type: ts.Type, path: readonly string[]): JsonObject {
    const name = type.symbol?.name;
    if (name === 'Date') return { type: 'string', format: 'date-time' };
    if (this.#checker.isTupleType(type)) return this.#tuple(type as ts.TupleTypeReference, path);
    if (this.#checker.isArrayType(type)) {
      const [item] = this.#checker.getTypeArguments(type as ts.TypeReference);
      return { type: 'array', items: item ? this.convert(item, [...path, '[]']) : {} };
    }
    if (type.getCallSignatures().length > 0) throw new NotJsonError(path, 'a function');
    if (name !== undefined && notJson.has(name)) throw new NotJsonError(path, `a ${name}`);
    return this.#properties(type, path);
  }

  #tuple(type: ts.TupleTypeReference, path: readonly string[]): JsonObject {
    const { ElementFlags } = this.#ts;
    const parts = this.#checker.getTypeArguments(type).map((part, index) => this.convert(part, [...path, `${index}`]));
    const flags = type.target.elementFlags;
    const restAt = flags.findIndex((flag) => (flag & ElementFlags.Variable) !== 0);
    const fixed = restAt < 0 ? parts : parts.slice(0, restAt);
    const required = flags.filter((flag) => (flag & ElementFlags.Required) !== 0).length;
    return { type: 'array', prefixItems: fixed, items: parts[restAt] ?? false, minItems: required };
  }

  #properties(type: ts.Type, path: readonly string[]): JsonObject {
    const open = this.#open.get(type);
    if (open) {
      open.name ??= this.#definitionName(type);
      return { $ref: `#/$defs/${open.name}` };
    }
    const own: { name: string | undefined } = { name: undefined };
    this.#open.set(type, own);
    const properties: Record<string, JsonObject> = {};
    const required: string[] = [];
    for (const property of type.getProperties()) {
      const { name } = property;
      const schema = this.convert(this.#checker.getTypeOfSymbolAtLocation(property, this.#at), [...path, name]);
      const description = this.#ts.displayPartsToString(property.getDocumentationComment(this.#checker));
      properties[name] = { ...schema, ...(description && { description }) };
      if ((property.flags & this.#ts.SymbolFlags.Optional) === 0) required.push(name);
    }
    this.#open.delete(type);
    const index = type.getStringIndexType();
    const schema: JsonObject = {
      type: 'object',
      properties,
      ...(required.length > 0 && { required }),
      ...(index && { additionalProperties: this.convert(index, [...path, '*']) }),
    };
    if (own.name === undefined) return schema;
    this.#definitions[own.name] = schema;
    return { $ref: `#/$defs/${own.name}` };
  }

  #definitionName(type: ts.Type): string {
    const name = type.aliasSymbol?.name ?? type.symbol?.name ?? 'Type';
    const plain = name.replace(/\W/g, '') || 'Type';
    let free = plain;
    for (let i = 2; free in this.#definitions; i += 1) free = `${plain}${i}`;
    return free;
  }
}

function inOrder(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

const notJson = new Set([
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'Promise',
  'RegExp',
  'Symbol',
  'Uint8Array',
  'ArrayBuffer',
]);
