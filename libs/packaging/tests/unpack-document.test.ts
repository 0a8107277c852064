import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DatabasePackager,
  type DocumentManifest,
  decodeManifest,
  encodeManifest,
  findUnpacked,
  PackagingError,
  type UnpackedFlow,
  unpackDocument as unpackAny,
} from '../src/index.ts';
import { collectDocuments } from './collect-documents.ts';
import { temporaryTree } from './temporary-tree.ts';

function documentOf(content: unknown): { manifest: DocumentManifest; bytes: Uint8Array } {
  const bytes = new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content));
  const document = createHash('sha256').update(bytes).digest('hex');
  return { manifest: { type: 'database', flow_name: 'f', serializer: 'source', document }, bytes };
}

// All of these have files.
async function unpackDocument(...given: Parameters<typeof unpackAny>): Promise<UnpackedFlow> {
  return (await unpackAny(...given)) as UnpackedFlow;
}

test('a packaged flow is found again, file by file', async () => {
  await using here = await temporaryTree({
    'src/flow.ts': `import './lib/a.ts'; import '../shared/b.ts';`,
    'src/lib/a.ts': 'export const ä = "\u{1f600}";\r\n',
    'shared/b.ts': '-> ../real/b.ts',
    'real/b.ts': 'export {};',
  });
  await using cache = await temporaryTree();
  const parameterSchema = { type: 'object' };
  const { context, documents } = collectDocuments();
  const flow = { file: here.in('src/flow.ts'), name: 'my flow', parameterSchema };
  const manifest = await new DatabasePackager().package(flow, context);
  expect(decodeManifest(encodeManifest(manifest))).toEqual(manifest);
  expect(manifest).toMatchObject({ flow_name: 'my flow', flow_parameter_schema: parameterSchema });

  expect(await findUnpacked(manifest, cache.path)).toBeUndefined();
  const unpacked = await unpackDocument(manifest, documents.get(manifest.document) ?? new Uint8Array(), cache.path);
  expect(unpacked).toMatchObject({ entry: 'src/flow.ts', flowName: 'my flow' });
  expect(await findUnpacked(manifest, cache.path)).toEqual(unpacked);
  for (const file of ['src/flow.ts', 'src/lib/a.ts', 'real/b.ts', 'shared/b.ts'])
    expect(await readFile(join(unpacked.directory, file))).toEqual(await readFile(here.in(file)));
  expect(await readlink(join(unpacked.directory, 'shared/b.ts'))).toBe('../real/b.ts');
  expect(await readdir(cache.path)).toEqual([manifest.document]);
});

test('what is there is not written again', async () => {
  await using cache = await temporaryTree();
  const { manifest, bytes } = documentOf({ entry: 'a.ts', files: { 'a.ts': 'export {};' } });
  const { directory } = await unpackDocument(manifest, bytes, cache.path);
  const before = await stat(join(directory, 'a.ts'));
  await unpackDocument(manifest, bytes, cache.path);
  expect((await stat(join(directory, 'a.ts'))).ino).toBe(before.ino);
  expect((await stat(join(directory, 'a.ts'))).ctimeMs).toBe(before.ctimeMs);
});

test('many at once leave one whole folder', async () => {
  await using cache = await temporaryTree();
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`d${i}/a.ts`, `export const a = ${i};`]));
  const { manifest, bytes } = documentOf({ entry: 'd0/a.ts', files });
  const all = await Promise.all(Array.from({ length: 8 }, () => unpackDocument(manifest, bytes, cache.path)));
  expect(new Set(all.map(({ directory }) => directory)).size).toBe(1);
  expect(await readdir(cache.path)).toEqual([manifest.document]);
  expect(await readFile(join(all[0]?.directory ?? '', 'd19/a.ts'), 'utf8')).toBe('export const a = 19;');
});

describe('refused', () => {
  test('bytes with another hash', async () => {
    await using cache = await temporaryTree();
    const { manifest, bytes } = documentOf({ entry: 'a.ts', files: { 'a.ts': '' } });
    const changed = bytes.with(bytes.length - 1, 32);
    await expect(unpackDocument(manifest, changed, cache.path)).rejects.toThrow('so they are refused');
    expect(await readdir(cache.path)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['../out.ts', { entry: '../out.ts', files: { '../out.ts': '' } }],
    ['a/../../out.ts', { entry: 'a.ts', files: { 'a.ts': '', 'a/../../out.ts': '' } }],
    ['/etc/out.ts', { entry: 'a.ts', files: { 'a.ts': '', '/etc/out.ts': '' } }],
    ['./a.ts', { entry: './a.ts', files: { './a.ts': '' } }],
    ['an empty name', { entry: 'a.ts', files: { 'a.ts': '', 'b//c.ts': '' } }],
    ['a zero byte', { entry: 'a.ts', files: { 'a.ts': '', 'b\0.ts': '' } }],
    ['an entry that is not there', { entry: 'b.ts', files: { 'a.ts': '' } }],
    ['a link out of the folder', { entry: 'a.ts', files: { 'a.ts': '' }, links: { 'b.ts': '../../../etc/passwd' } }],
    ['a link in the place of a file', { entry: 'a.ts', files: { 'a.ts': '' }, links: { 'a.ts': 'a.ts' } }],
    ['a file that is no text', { entry: 'a.ts', files: { 'a.ts': 1 } }],
    ['a list of files', { entry: '0', files: [''] }],
    ['null', null],
    ['no JSON', '{'],
  ])('%s', async (_name, content) => {
    await using cache = await temporaryTree();
    const { manifest, bytes } = documentOf(content);
    await expect(unpackDocument(manifest, bytes, cache.path)).rejects.toBeInstanceOf(PackagingError);
    expect(await readdir(cache.path)).toEqual([]);
  });

  test('a file in the place of a folder', async () => {
    await using cache = await temporaryTree();
    const { manifest, bytes } = documentOf({ entry: 'a', files: { a: '', 'a/b.ts': '' } });
    await expect(unpackDocument(manifest, bytes, cache.path)).rejects.toThrow();
    expect(await readdir(cache.path)).toEqual([]);
  });

  test.each([
    ['{'],
    ['[]'],
    ['{"type":"database","serializer":"source","document":"00"}'],
    ['{"type":"database","flow_name":"f","serializer":"source","document":"00"}'],
  ])('the manifest %s', (text) => {
    expect(() => decodeManifest(new TextEncoder().encode(text))).toThrow(PackagingError);
  });
});

const name = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,6}$/).filter((text) => text !== 'node_modules');
const path = fc
  .tuple(fc.array(name, { maxLength: 3 }), name)
  .map(([folders, file]) => [...folders, `${file}.ts`].join('/'));

test('property: unpack(serialize(tree)) equals the tree', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(path, { minLength: 1, maxLength: 8 }),
      fc.array(fc.string({ unit: 'grapheme' }), { minLength: 8, maxLength: 8 }),
      async (paths, contents) => {
        await using here = await temporaryTree();
        await using cache = await temporaryTree();
        // Each file imports the next, so that all belong to the flow.
        const files = new Map(
          paths.map((own, i) => {
            const next = paths[i + 1];
            const up =
              own
                .split('/')
                .map(() => '..')
                .slice(1)
                .join('/') || '.';
            const text = `export const text = ${JSON.stringify(contents[i])};\n`;
            return [own, next === undefined ? text : `import ${JSON.stringify(`./${up}/${next}`)};\n${text}`];
          }),
        );
        for (const [own, text] of files) {
          await mkdir(dirname(here.in(own)), { recursive: true });
          await writeFile(here.in(own), text);
        }
        const entry = paths[0] ?? '';
        const { context, documents } = collectDocuments();
        const manifest = await new DatabasePackager().package({ file: here.in(entry), name: 'f' }, context);
        const bytes = documents.get(manifest.document) ?? new Uint8Array();
        const unpacked = await unpackDocument(manifest, bytes, cache.path);
        const root = here.in(entry).slice(0, -unpacked.entry.length);
        const found = await readdir(unpacked.directory, { recursive: true, withFileTypes: true });
        const names = found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
        expect(names.length).toBe(paths.length + 1);
        for (const [own, text] of files) {
          const there = join(unpacked.directory, here.in(own).slice(root.length));
          expect(await readFile(there, 'utf8')).toBe(text);
        }
      },
    ),
    { numRuns: 60 },
  );
});
