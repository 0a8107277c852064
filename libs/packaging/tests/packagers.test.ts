import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  BundleSerializer,
  checkManifest,
  DatabasePackager,
  FilePackager,
  ImportSerializer,
  LocalStorage,
  openCustomPackage,
  PackagingError,
  SourceSerializer,
  type UnpackedFlow,
  unpackDocument,
} from '../src/index.ts';
import { collectDocuments } from './collect-documents.ts';
import { temporaryTree } from './temporary-tree.ts';

const hello = { 'hello.ts': 'export const hello: string = "hi";\n' };

describe('FilePackager', () => {
  test('writes one file, named by its hash, and says where', async () => {
    await using here = await temporaryTree(hello);
    const { context } = collectDocuments();
    const packager = new FilePackager({ basePath: here.in('packages') });
    const flow = { file: here.in('hello.ts'), name: 'f' };
    const manifest = await packager.package(flow, context);
    expect(await packager.package(flow, context)).toEqual(manifest);
    expect(manifest).toEqual({
      type: 'file',
      flow_name: 'f',
      serializer: 'source',
      document: manifest.document,
      storage: { type: 'local', base_path: here.in('packages') },
      key: manifest.document,
    });
    expect(await readdir(here.in('packages'))).toEqual([manifest.document]);
    const bytes = await new LocalStorage({ basePath: here.in('packages') }).read(manifest.key);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(manifest.document);
  });

  test.each<[string, ConstructorParameters<typeof FilePackager>[0], object]>([
    ['a named storage', { storage: 'team' }, { storage: { type: 'named', name: 'team' } }],
    ['a prefix', { storage: 'team', basePath: '/a/b/' }, { key: expect.stringMatching(/^a\/b\/[0-9a-f]{64}$/) }],
    ['the default storage', {}, { storage: { type: 'named', name: 'standard' } }],
  ])('%s', async (_name, options, expected) => {
    await using here = await temporaryTree(hello);
    const { context, documents } = collectDocuments();
    const manifest = await new FilePackager(options).package({ file: here.in('hello.ts'), name: 'f' }, context);
    expect(checkManifest(manifest)).toMatchObject(expected);
    expect([...documents.keys()]).toEqual([`${(manifest.storage as { name: string }).name}:${manifest.key}`]);
  });

  test('a package that was damaged is stored anew', async () => {
    await using here = await temporaryTree(hello);
    const { context } = collectDocuments();
    const packager = new FilePackager({ basePath: here.in('packages') });
    const flow = { file: here.in('hello.ts'), name: 'f' };
    const { key } = await packager.package(flow, context);
    const whole = await readFile(here.in(`packages/${key}`));
    await writeFile(here.in(`packages/${key}`), Buffer.alloc(whole.length));
    await packager.package(flow, context);
    expect(await readFile(here.in(`packages/${key}`))).toEqual(whole);
  });

  test('stores nothing for a plan', async () => {
    await using here = await temporaryTree(hello);
    const { context } = collectDocuments({ isDryRun: true });
    const packager = new FilePackager({ basePath: here.in('packages') });
    expect(await packager.package({ file: here.in('hello.ts'), name: 'f' }, context)).toMatchObject({ type: 'file' });
    expect(await readdir(here.path)).toEqual(['hello.ts']);
  });

  test('what is wrong is said', async () => {
    await using here = await temporaryTree(hello);
    const { context } = collectDocuments();
    expect(() => new FilePackager({ base_path: 'x' } as object)).toThrow("no option 'base_path'; it has serializer");
    const onFile = new FilePackager({ basePath: here.in('hello.ts') });
    await expect(onFile.package({ file: here.in('hello.ts'), name: 'f' }, context)).rejects.toThrow(PackagingError);
    const storage = new LocalStorage({ basePath: here.path });
    await expect(storage.read('gone')).rejects.toThrow('there is no package');
    for (const key of ['../a', '/a', 'a//b', '']) await expect(storage.read(key)).rejects.toThrow('is refused');
  });
});

describe('ImportSerializer', () => {
  const text = async (file: string, options: { module?: string } = {}) =>
    new TextDecoder().decode(await new ImportSerializer(options).serialize({ file, name: 'f', exportName: 'hello' }));

  test('a path from the working directory, an absolute one outside of it, or what it is told', async () => {
    expect(await text(join(process.cwd(), 'a b/hello.ts'))).toBe('{"module":"./a b/hello.ts","export":"hello"}');
    expect(await text('/srv/hello.ts')).toBe('{"module":"/srv/hello.ts","export":"hello"}');
    expect(await text('/srv/hello.ts', { module: 'my-flows/hello' })).toContain('"my-flows/hello"');
    const round = new ImportSerializer().deserialize(new TextEncoder().encode(await text('/srv/hello.ts')));
    expect(round).toEqual({ module: '/srv/hello.ts', export: 'hello' });
  });

  test('a flow that is not exported is refused, and so are other bytes', async () => {
    await expect(new ImportSerializer().serialize({ file: '/a.ts', name: 'f' })).rejects.toThrow('is not exported');
    for (const bytes of ['', '{}', 'null', '[]', '{"module":"","export":"a"}'])
      expect(() => new ImportSerializer().deserialize(new TextEncoder().encode(bytes))).toThrow(PackagingError);
  });
});

describe('BundleSerializer', () => {
  const project = {
    'package.json': '{ "type": "module" }',
    'tsconfig.json': '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }',
    'flow.ts': [
      `import { shout } from '@lib/shout.ts';`,
      `import dependency from 'dependency';`,
      `import 'millrace';`,
      'enum Kind { Loud = "loud" }',
      'export function run(fails: boolean): string {',
      `  if (fails) throw new Error('on purpose');`,
      "  return shout(dependency) + ' ' + Kind.Loud;",
      '}',
    ].join('\n'),
    'lib/shout.ts': 'export const shout = (text: string) => text.toUpperCase();',
    'node_modules/dependency/package.json': '{ "main": "main.cjs" }',
    'node_modules/dependency/main.cjs': `module.exports = require('node:path').basename('/a/dep');`,
  };

  async function bundled(files: Record<string, string>) {
    await using tree = await temporaryTree(files);
    return await new BundleSerializer().serialize({ file: tree.in('flow.ts') });
  }

  test('all in one module, that runs without the project and whose errors point into it', async () => {
    await using cache = await temporaryTree({
      'node_modules/millrace/package.json': '{ "type": "module", "exports": "./index.js" }',
      'node_modules/millrace/index.js': '',
    });
    const bytes = await bundled(project);
    const document = createHash('sha256').update(bytes).digest('hex');
    const manifest = { type: 'database', flow_name: 'f', serializer: 'bundle', document };
    const { directory, entry } = (await unpackDocument(manifest, bytes, cache.path)) as UnpackedFlow;
    const module = JSON.stringify(pathToFileURL(join(directory, entry)).href);
    const script = `const { run } = await import(${module}); console.log(run(false));
      try { run(true) } catch (error) { console.log(error.stack.split('\\n')[1]) }`;
    const run = promisify(execFile)(process.execPath, ['--enable-source-maps', '--input-type=module', '-e', script]);
    const [said, where] = (await run).stdout.split('\n');
    expect(said).toBe('DEP loud');
    expect(where).toMatch(/flow\.ts:6:20/);
  });

  test('the bytes are the same wherever the files lie', async () => {
    expect(await bundled(project)).toEqual(await bundled(project));
  });

  test('what can not be bundled is named with its place', async () => {
    await expect(bundled({ 'flow.ts': `\nimport 'no-such-package';` })).rejects.toThrow(
      /flow\.ts can't be bundled: flow\.ts:2:8: Could not resolve "no-such-package"/,
    );
  });
});

describe('SourceSerializer makes of TypeScript what Node runs', () => {
  test('syntax that is more than types, imports by other names than the files have', async () => {
    await using here = await temporaryTree({
      'package.json': '{ "type": "module" }',
      'flow.ts': `import { a } from './a.js'; import { b } from './b';\nenum E { X = 2 }\nexport const sum: number = a + b + E.X;`,
      'a.ts': 'namespace N { export const one = 1; }\nexport const a = N.one;',
      'b.ts': 'class B { constructor(readonly value: number) {} }\nexport const b = new B(4).value;',
    });
    await using cache = await temporaryTree();
    const { context, documents } = collectDocuments();
    const manifest = await new DatabasePackager().package({ file: here.in('flow.ts'), name: 'f' }, context);
    const bytes = documents.get(manifest.document) ?? new Uint8Array();
    const { directory, entry } = (await unpackDocument(manifest, bytes, cache.path)) as UnpackedFlow;
    const script = `console.log((await import(${JSON.stringify(pathToFileURL(join(directory, entry)).href)})).sum)`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout.trim()).toBe('7');
  });
});

describe('of one’s own', () => {
  const fetchDocument = () => Promise.reject(new Error('none is asked for'));
  const serializer = `export class Reversed {
    type = './mine.mjs#Reversed';
    async serialize({ file }) { return new TextEncoder().encode(file.split('').reverse().join('')); }
    deserialize(bytes) { return { module: new TextDecoder().decode(bytes).split('').reverse().join(''), export: 'f' }; }
  }
  export const packager = () => ({ async unpackage() {
    return { entry: 'a.mjs', files: new Map([['a.mjs', 'export const x = 1;']]), links: new Map() };
  } });
  export const nothing = 1;`;

  test('a serializer and a packager are found by the module that their type names', async () => {
    await using here = await temporaryTree({ 'mine.mjs': serializer });
    await using cache = await temporaryTree();
    const importModule = (specifier: string) => import(pathToFileURL(here.in(specifier)).href);
    const access = { importModule, fetchDocument };
    const { Reversed } = (await importModule('./mine.mjs')) as { Reversed: new () => SourceSerializer };
    const { context, documents } = collectDocuments();
    const packager = new DatabasePackager({ serializer: new Reversed() });
    const manifest = await packager.package({ file: '/srv/flow.ts', name: 'f' }, context);
    expect(manifest.serializer).toBe('./mine.mjs#Reversed');
    const kept = await unpackDocument(manifest, documents.get(manifest.document) ?? new Uint8Array(), cache.path);
    if (!('manifest' in kept)) throw new Error('only its own code can read it');
    expect(await readFile(kept.documentFile ?? '', 'utf8')).toBe('st.wolf/vrs/');
    expect(await openCustomPackage(kept, access)).toEqual({
      reference: { module: '/srv/flow.ts', export: 'f' },
      flowName: 'f',
    });

    const own = { type: './mine.mjs#packager', flow_name: 'f' };
    const opened = await openCustomPackage({ manifest: own, cacheDirectory: cache.path, flowName: 'f' }, access);
    if (!('directory' in opened)) throw new Error('it has files');
    expect(await readFile(join(opened.directory, opened.entry), 'utf8')).toBe('export const x = 1;');
  });

  test('a packager gets the documents that it put, checked against their hash', async () => {
    const bytes = new TextEncoder().encode('export const x = 2;');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await using here = await temporaryTree({
      'mine.mjs': `export const packager = () => ({ async unpackage({ document, key }, { getDocument }) {
        const bytes = await getDocument(document, key && { storage: 'team', key });
        return { entry: 'a.mjs', files: new Map([['a.mjs', new TextDecoder().decode(bytes)]]), links: new Map() };
      } });`,
    });
    const importModule = (specifier: string) => import(pathToFileURL(here.in(specifier)).href);
    const asked: unknown[] = [];
    const open = (manifest: object, served: Uint8Array = bytes) =>
      openCustomPackage(
        {
          manifest: { type: './mine.mjs#packager', flow_name: 'f', document: sha256, ...manifest },
          cacheDirectory: here.in('cache'),
          flowName: 'f',
        },
        {
          importModule,
          async fetchDocument(document) {
            asked.push(document);
            return served;
          },
        },
      );
    const opened = await open({});
    if (!('directory' in opened)) throw new Error('it has files');
    expect(await readFile(join(opened.directory, opened.entry), 'utf8')).toBe('export const x = 2;');
    await open({ key: `a/${sha256}` });
    expect(asked).toEqual([{ sha256 }, { sha256, storage: 'team', key: `a/${sha256}` }]);
    await expect(open({}, new Uint8Array([1]))).rejects.toThrow('so they are refused');
  });

  test.each([
    ['strange', 'is not known'],
    ['./mine.mjs#missing', "no export 'missing'"],
    ['./mine.mjs#nothing', 'is a class or a function'],
    ['./mine.mjs#Reversed', 'is no packager'],
  ])('%s', async (type, why) => {
    await using here = await temporaryTree({ 'mine.mjs': serializer });
    const importModule = (specifier: string) => import(pathToFileURL(here.in(specifier)).href);
    const custom = { manifest: { type, flow_name: 'f' }, cacheDirectory: here.path, flowName: 'f' };
    await expect(openCustomPackage(custom, { importModule, fetchDocument })).rejects.toThrow(why);
  });
});

test('a file that changed under its hash is refused', async () => {
  await using here = await temporaryTree(hello);
  const { context } = collectDocuments();
  const packager = new FilePackager({ basePath: here.path, serializer: new SourceSerializer() });
  const manifest = await packager.package({ file: here.in('hello.ts'), name: 'f' }, context);
  await writeFile(here.in(manifest.key), '{}');
  const bytes = await new LocalStorage({ basePath: here.path }).read(manifest.key);
  await expect(unpackDocument(manifest, bytes, here.in('cache'))).rejects.toThrow('so they are refused');
});
