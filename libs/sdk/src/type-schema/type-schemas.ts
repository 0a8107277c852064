import { createRequire } from 'node:module';
import { dirname, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { JsonObject } from '@millrace/packaging';
import type ts from 'typescript';
import { describeParameters } from '../parameter-schema.ts';
import { defaultsOf } from './defaults-of.ts';
import { findFlowFunction } from './find-flow-call.ts';
import { NotJsonError, schemaOfType } from './schema-of-type.ts';

/** A schema of a flow's parameters, or why there is none. */
export type TypeSchema = { readonly schema: JsonObject } | { readonly reason: string };

/** Schemas of parameters from the types of flows' functions. One TypeScript program for each file, made when asked for. */
export class TypeSchemas {
  readonly #programs = new Map<string, Promise<{ typescript: typeof ts; program: ts.Program } | undefined>>();

  /** @param file absolute path of the module that calls `flow` */
  async schemaOf(file: string, flowName: string): Promise<TypeSchema> {
    if (!/^\.[cm]?ts$/.test(extname(file))) return { reason: 'JavaScript has no types' };
    const opened = this.#programs.get(file) ?? openProgram(file);
    this.#programs.set(file, opened);
    const made = await opened;
    if (!made)
      return { reason: 'the package typescript (before version 7) is not installed: npm install -D typescript@6' };
    const { typescript, program } = made;
    const source = program.getSourceFile(file);
    const fn = source && findFlowFunction(typescript, source, flowName);
    if (!fn) return { reason: `no call of flow() with this name was found in ${file}` };
    try {
      return parametersOf(typescript, program.getTypeChecker(), fn);
    } catch (error) {
      if (!(error instanceof NotJsonError)) throw error;
      return { reason: error.message };
    }
  }
}

function parametersOf(typescript: typeof ts, checker: ts.TypeChecker, fn: ts.Expression): TypeSchema {
  const [signature] = checker.getTypeAtLocation(fn).getCallSignatures();
  const parameter = signature?.getParameters()[0];
  if (!parameter) return { schema: describeParameters({ type: 'object', properties: {} }) };
  const type = checker.getTypeOfSymbolAtLocation(parameter, fn);
  if ((type.flags & (typescript.TypeFlags.Any | typescript.TypeFlags.Unknown)) !== 0)
    return { reason: 'its function does not say the type of its parameters' };
  const schema = schemaOfType(type, { typescript, checker, at: fn });
  if (schema.type !== 'object') return { reason: 'its function takes something else than one object' };
  const declaration = parameter.valueDeclaration;
  const defaults =
    declaration && typescript.isParameter(declaration)
      ? defaultsOf(typescript, declaration)
      : new Map<string, unknown>();
  return { schema: describeParameters(withDefaults(schema, defaults)) };
}

/** A parameter that has a default need not be given. */
function withDefaults(schema: JsonObject, defaults: ReadonlyMap<string, unknown>): JsonObject {
  const { required = [], properties, ...rest } = schema as { required?: string[]; properties?: JsonObject };
  const stillRequired = required.filter((name) => !defaults.has(name));
  const described = Object.entries(properties ?? {}).map(([name, property]) => {
    const value = defaults.get(name);
    return [name, value === undefined ? property : { ...(property as JsonObject), default: value }];
  });
  return {
    ...rest,
    properties: Object.fromEntries(described),
    ...(stillRequired.length > 0 && { required: stillRequired }),
  };
}

async function openProgram(file: string): Promise<{ typescript: typeof ts; program: ts.Program } | undefined> {
  const typescript = await importTypescript(file);
  if (!typescript) return undefined;
  const configFile = typescript.findConfigFile(dirname(file), typescript.sys.fileExists);
  const config = configFile
    ? typescript.parseJsonConfigFileContent(
        typescript.readConfigFile(configFile, typescript.sys.readFile).config ?? {},
        typescript.sys,
        dirname(configFile),
      ).options
    : {};
  const program = typescript.createProgram([file], {
    module: typescript.ModuleKind.NodeNext,
    moduleResolution: typescript.ModuleResolutionKind.NodeNext,
    target: typescript.ScriptTarget.ESNext,
    ...config,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    // Global types of the project's are nothing that parameters are made of, and long to read.
    types: [],
  });
  return { typescript, program };
}

// The user's own first, as its settings are made for that.
async function importTypescript(file: string): Promise<typeof ts | undefined> {
  for (const from of [file, import.meta.url]) {
    try {
      const path = createRequire(from).resolve('typescript');
      const module = (await import(pathToFileURL(path).href)) as { default?: typeof ts };
      if (typeof module.default?.createProgram === 'function') return module.default;
    } catch {
      // Not installed there.
    }
  }
  return undefined;
}
