import { resolve } from 'node:path';
import {
  BundleSerializer,
  DatabasePackager,
  FilePackager,
  ImportSerializer,
  type Packager,
  type Serializer,
  SourceSerializer,
} from '@millrace/packaging';
import { packagerKeys, packagerTypes, serializerKeys, serializerTypes } from './keys.ts';
import type { YamlDocument } from './yaml-document.ts';

/** The packager of a deployment: `packager: { type: file, serializer: bundle, base_path: ./packages }`. */
export function readPackager(document: YamlDocument, value: unknown, folder: string): Packager | undefined {
  const found = document.mapping(value, ['packager'], packagerKeys);
  if (!found) return undefined;
  const { type, storage, base_path: basePath } = found;
  const serializer = readSerializer(document, found.serializer ?? 'source');
  if (!serializer) return undefined;
  if (typeof type !== 'string' || !packagerTypes.includes(type)) {
    document.refuse(type === undefined ? ['packager'] : ['packager', 'type'], `type must be ${either(packagerTypes)}`);
    return undefined;
  }
  if (type === 'database') {
    for (const key of ['storage', 'base_path'] as const)
      if (found[key] !== undefined) document.refuse(['packager', key], "is for the type 'file'");
    return new DatabasePackager({ serializer });
  }
  const named = document.text(storage, ['packager', 'storage']);
  const place = document.text(basePath, ['packager', 'base_path']);
  return new FilePackager({
    serializer,
    ...(named !== undefined && { storage: named }),
    // With a storage it is no folder here.
    ...(place !== undefined && { basePath: named === undefined ? resolve(folder, place) : place }),
  });
}

function readSerializer(document: YamlDocument, value: unknown): Serializer | undefined {
  const path = ['packager', 'serializer'];
  const found = typeof value === 'string' ? { type: value } : document.mapping(value, path, serializerKeys);
  if (!found) return undefined;
  const { type, module, external } = found as Readonly<Record<string, unknown>>;
  if (module !== undefined && type !== 'import') document.refuse([...path, 'module'], "is for the type 'import'");
  if (external !== undefined && type !== 'bundle') document.refuse([...path, 'external'], "is for the type 'bundle'");
  switch (type) {
    case 'source':
      return new SourceSerializer();
    case 'import': {
      const named = document.text(module, [...path, 'module']);
      return new ImportSerializer(named === undefined ? {} : { module: named });
    }
    case 'bundle':
      return new BundleSerializer({ external: readExternal(document, external ?? []) });
    default:
      document.refuse(path, `must be ${either(serializerTypes)}`);
      return undefined;
  }
}

function readExternal(document: YamlDocument, value: unknown): string[] {
  const path = ['packager', 'serializer', 'external'];
  if (Array.isArray(value)) return value.flatMap((each, at) => document.text(each ?? null, [...path, at]) ?? []);
  document.refuse(path, 'must be a list');
  return [];
}

function either(names: readonly string[]): string {
  return `${names
    .slice(0, -1)
    .map((name) => `'${name}'`)
    .join(', ')} or '${names.at(-1)}'`;
}
