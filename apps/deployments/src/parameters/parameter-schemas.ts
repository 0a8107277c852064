import type { JsonObject } from '@millrace/db';
import { type CompiledSchema, openSchemaEngine, SchemaError, type SchemaProblem } from './schema-engine.ts';
import { OutOfTimeError, openWithinTime } from './within-time.ts';

/** Checks parameters against the schemas that deployments bring along. */
export interface ParameterSchemas {
  /**
   * What a schema has against parameters. With `partly`, parameters may be missing.
   * @throws {SchemaError} where the schema can't be used
   */
  check(schema: JsonObject, parameters: JsonObject, which?: 'all' | 'partly'): readonly SchemaProblem[];
}

/**
 * A schema can be written so that even small values take ages; nobody else is served meanwhile. What is honest takes
 * milliseconds; the rest is for a machine that is busy.
 */
const timeoutMs = 2_000;
/** Compiling costs a thousand times what checking costs. */
const mostKept = 500;

export function openParameterSchemas(): ParameterSchemas {
  const engine = openSchemaEngine();
  const withinTime = openWithinTime();
  // In the order of their last use.
  const kept = new Map<string, CompiledSchema>();

  const compiled = (schema: JsonObject): CompiledSchema => {
    const key = JSON.stringify(schema);
    const known = kept.get(key);
    const result = known ?? withinTime(timeoutMs, () => engine.compile(schema));
    kept.delete(key);
    kept.set(key, result);
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) break;
      kept.delete(oldest);
    }
    return result;
  };

  return {
    check(schema, parameters, which = 'all') {
      try {
        const validate = compiled(which === 'all' ? schema : withoutRequired(schema));
        return withinTime(timeoutMs, () => validate(parameters));
      } catch (error) {
        if (error instanceof OutOfTimeError) throw new SchemaError(`takes too long to check: ${error.message}`);
        // What refers to itself without end.
        if (error instanceof RangeError) throw new SchemaError('is too deep to check');
        throw error;
      }
    },
  };
}

function withoutRequired(schema: JsonObject): JsonObject {
  const { required: _, minProperties: __, dependentRequired: ___, ...rest } = schema;
  return rest;
}
