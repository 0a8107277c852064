import type { JsonObject } from '@millrace/packaging';
import { DefinitionError, ParameterError, type ParameterIssue } from './errors.ts';

/** A schema of parameters: anything that follows Standard Schema, as zod, valibot and arktype do. */
export interface ParameterSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => ValidationResult<Output> | Promise<ValidationResult<Output>>;
    /** For type inference only. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a validation comes to. */
export type ValidationResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One complaint of a schema. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a caller may give. */
export type InputOf<S extends ParameterSchema> = NonNullable<S['~standard']['types']>['input'];
/** What the flow gets. */
export type OutputOf<S extends ParameterSchema> = NonNullable<S['~standard']['types']>['output'];

const dialect = 'draft-2020-12';

/**
 * JSON Schema (2020-12) of what callers may give, where the schema can tell: by Standard JSON Schema, or by a
 * `toJSONSchema` method as zod 4 has. Throws a {@link DefinitionError} if it does not describe an object.
 */
export function jsonSchemaOf(schema: ParameterSchema): JsonObject | undefined {
  const json = ownJsonSchema(schema);
  if (json === undefined) return undefined;
  if (json.type !== undefined && json.type !== 'object')
    throw new DefinitionError(`parameters must be described as an object, not as ${JSON.stringify(json.type)}`);
  return describeParameters(json);
}

/** A schema of parameters with titles where it has none. */
export function describeParameters(json: JsonObject): JsonObject {
  const described = isObject(json.properties) ? json.properties : {};
  const properties = Object.entries(described).map(([name, property]) => [
    name,
    isObject(property) ? { title: name, ...property } : property,
  ]);
  return { title: 'Parameters', ...json, properties: Object.fromEntries(properties) };
}

function ownJsonSchema(schema: ParameterSchema): JsonObject | undefined {
  const standard = schema['~standard'] as { jsonSchema?: { input?: (options: { target: string }) => unknown } };
  const viaMethod = schema as { toJSONSchema?: (options: { target: string; io: 'input' }) => unknown };
  try {
    const json =
      standard.jsonSchema?.input?.({ target: dialect }) ?? viaMethod.toJSONSchema?.({ target: dialect, io: 'input' });
    return isObject(json) ? json : undefined;
  } catch (cause) {
    throw new DefinitionError(`the parameters can't be described in JSON Schema: ${String(cause)}`, { cause });
  }
}

/** The parameters as the schema gives them back (coerced, defaults filled in). Throws a {@link ParameterError}. */
export async function validateParameters(
  flowName: string,
  schema: ParameterSchema | undefined,
  parameters: unknown,
): Promise<unknown> {
  if (!schema) return parameters;
  const result = await schema['~standard'].validate(parameters);
  if (result.issues) throw new ParameterError(flowName, result.issues.map(issueOf));
  return result.value;
}

function issueOf({ message, path }: SchemaIssue): ParameterIssue {
  const keys = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  return { path: keys.join('.'), message };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
