import type { JsonObject } from '@millrace/db';
import { Ajv2020, type ErrorObject, type Options } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';

/** One thing that a schema has against a value. */
export interface SchemaProblem {
  /** JSON pointer into the value: "/list/0". */
  readonly pointer: string;
  /** For people: "must be string". */
  readonly description: string;
}

/** What a schema has against a value. */
export type CompiledSchema = (value: JsonObject) => SchemaProblem[];

/** The schema can't be used. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

// Backtracking engines can be made to take forever by a pattern and a value.
const linearTime = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return { test: (text: string) => compiled.matcher(text).find() };
  },
  { code: 're2' },
);

const options: Options = {
  allErrors: true,
  strict: false,
  validateFormats: false,
  validateSchema: false,
  inlineRefs: false,
  logger: false,
  code: { regExp: linearTime },
};

/** Compiles JSON Schemas of the draft 2020-12. */
export interface SchemaEngine {
  /** @throws {SchemaError} for what is no schema, refers to another document, or has a pattern that RE2 does not know */
  compile(schema: JsonObject): CompiledSchema;
}

export function openSchemaEngine(): SchemaEngine {
  const ofSchemas = new Ajv2020({ ...options, allErrors: false });
  // Compiles the schema of schemas now: if that were broken off for taking too long, it could never be used again.
  ofSchemas.validateSchema({});
  return {
    compile({ $schema: _, ...schema }) {
      if (!ofSchemas.validateSchema(schema)) throw new SchemaError(ofSchemas.errorsText(null, { dataVar: 'schema' }));
      // One of its own for each schema: it keeps all that it ever compiled.
      const engine = new Ajv2020(options);
      useLinearUniqueItems(engine);
      const validate = compileWith(engine, schema);
      return (value) => (validate(value) ? [] : (validate.errors ?? []).map(problem));
    },
  };
}

function compileWith(engine: Ajv2020, schema: object) {
  try {
    return engine.compile(schema);
  } catch (error) {
    if (error instanceof Ajv2020.MissingRefError)
      throw new SchemaError(`refers to ${error.missingRef}, which is not within the schema itself`);
    throw new SchemaError(error instanceof Error ? error.message : String(error));
  }
}

// The built-in one compares every pair.
function useLinearUniqueItems(engine: Ajv2020): void {
  engine.removeKeyword('uniqueItems');
  engine.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    validate: (wanted: boolean, items: unknown[]) => !wanted || new Set(items.map(canonical)).size === items.length,
  });
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function problem({ keyword, instancePath, params, message }: ErrorObject): SchemaProblem {
  const below = (name: unknown) => `${instancePath}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (keyword === 'required') return { pointer: below(params.missingProperty), description: 'is required' };
  if (keyword === 'additionalProperties')
    return { pointer: below(params.additionalProperty), description: 'is not known' };
  if (keyword === 'enum')
    return { pointer: instancePath, description: `must be one of ${JSON.stringify(params.allowedValues)}` };
  return { pointer: instancePath, description: message ?? 'does not fit' };
}
