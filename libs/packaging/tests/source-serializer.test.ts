import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { PackagingError, SourceSerializer, UnfollowableImportError } from '../src/index.ts';
import { decodeSourceTree } from '../src/source-tree.ts';
import { temporaryTree } from './temporary-tree.ts';

const esm = '{"type":"module"}';

async function serialized(files: Record<string, string>, entry: string) {
  await using tree = await temporaryTree(files);
  const {
    entry: found,
    files: texts,
    links,
  } = decodeSourceTree(await new SourceSerializer().serialize({ file: tree.in(entry) }));
  return { entry: found, files: Object.fromEntries(texts), links: Object.fromEntries(links) };
}

async function refusal(files: Record<string, string>, entry = 'flow.ts') {
  await using tree = await temporaryTree(files);
  const error = await new SourceSerializer().serialize({ file: tree.in(entry) }).catch((reason: unknown) => reason);
  return { error, path: tree.path };
}

describe('what is followed', () => {
  const a = 'export const a = 1;';
  test.each([
    ['import', `import { a } from './a.ts';`],
    ['import for effect', `import './a.ts';`],
    ['import of a namespace', `import * as all from './a.ts';`],
    ['import of only inline types, which Node evaluates', `import { type A } from './a.ts';`],
    ['export from', `export { a } from './a.ts';`],
    ['export all', `export * from './a.ts';`],
    ['dynamic import', `export const f = () => import('./a.ts');`],
    ['dynamic import of a template', 'export const f = () => import(`./a.ts`);'],
    ['dynamic import put together from literals', `export const f = () => import('./' + 'a.ts');`],
    ['a query', `import './a.ts?fresh';`],
    ['an import after a regular expression that looks like one', `const r = /import '.\\/b.ts'/; import './a.ts'; r;`],
    ['an import in a comment besides', `/* import './b.ts' */ // import './c.ts'\nimport './a.ts';`],
    [
      'require',
      `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\nrequire('./a.ts');`,
    ],
  ])('%s', async (_name, text) => {
    const flow = `${text}\nexport const x: number = 1;`;
    expect(await serialized({ 'flow.ts': flow, 'a.ts': a, 'package.json': esm }, 'flow.ts')).toEqual({
      entry: 'flow.ts',
      files: { 'flow.ts': flow, 'a.ts': a, 'package.json': esm },
      links: {},
    });
  });

  test.each([
    ['types', `import type { A } from './gone.ts';\nexport type { B } from './gone.ts';`],
    [
      'packages and built-in modules',
      `import 'node:fs'; import 'fs'; import 'zod'; import '@scope/name/sub'; import 'fs/promises';`,
    ],
    ['packages by computed names', `export const f = (x: string) => import(\`zod/\${x}\`);`],
  ])('%s are left out', async (_name, text) => {
    expect(Object.keys((await serialized({ 'flow.ts': `${text} export {};` }, 'flow.ts')).files)).toEqual([
      'flow.ts',
      'package.json',
    ]);
  });

  test('imports of imports, circles, JSON, and folders above the entry', async () => {
    const found = await serialized(
      {
        'package.json': '{"type":"module","name":"not-taken","scripts":{}}',
        'app/flows/flow.ts': `import '../lib/a.ts'; import j from '../data.json' with { type: 'json' }; j;`,
        'app/lib/a.ts': `import './b.js'; import '../flows/flow.ts';`,
        'app/lib/b.js': `export * from './c.mjs';`,
        'app/lib/c.mjs': '',
        'app/data.json': '{ "a": 1 }',
        'app/unused.ts': '',
      },
      'app/flows/flow.ts',
    );
    expect(found.entry).toBe('flows/flow.ts');
    expect(Object.keys(found.files)).toEqual([
      'data.json',
      'flows/flow.ts',
      'lib/a.ts',
      'lib/b.js',
      'lib/c.mjs',
      'package.json',
    ]);
    expect(found.files['package.json']).toBe(esm);
  });

  test('CommonJS, with the extensions and index files that it finds by itself', async () => {
    const found = await serialized(
      {
        'package.json': '{}',
        'flow.js': `const a = require('./a'); const b = require('./b'); module.exports = { c: require.resolve('./c.cjs') };`,
        'a.js': `module.exports = require('./data');`,
        'b/index.js': `exports.x = 1;`,
        'c.cjs': '',
        'data.json': '[1]',
      },
      'flow.js',
    );
    expect(Object.keys(found.files)).toEqual(['a.js', 'b/index.js', 'c.cjs', 'data.json', 'flow.js', 'package.json']);
    expect(found.files['package.json']).toBe('{}');
  });

  test('each folder keeps its kind of module', async () => {
    const found = await serialized(
      {
        'package.json': esm,
        'flow.js': `import './old/a.js';`,
        'old/package.json': '{"type":"commonjs","main":"a.js"}',
        'old/a.js': `exports.a = 1;`,
      },
      'flow.js',
    );
    expect(found.files['package.json']).toBe(esm);
    expect(found.files['old/package.json']).toBe('{"type":"commonjs"}');
  });

  test('symbolic links stay links to the file that they lead to', async () => {
    const found = await serialized(
      {
        'real/greet.ts': `import './words.ts';`,
        'real/words.ts': 'export {};',
        'app/flow.ts': `import './linked.ts'; import './folder/words.ts';`,
        'app/linked.ts': '-> ../real/greet.ts',
        'app/folder': '-> ../real',
      },
      'app/flow.ts',
    );
    expect(Object.keys(found.files)).toEqual(['app/flow.ts', 'package.json', 'real/greet.ts', 'real/words.ts']);
    expect(found.links).toEqual({ 'app/linked.ts': 'real/greet.ts', 'app/folder/words.ts': 'real/words.ts' });
  });

  test('the bytes are the same wherever the files lie', async () => {
    const files = { 'flow.ts': `import './b.ts'; import './a.ts';`, 'a.ts': 'export {};', 'b.ts': `import './a.ts';` };
    await using one = await temporaryTree(files);
    await using other = await temporaryTree(files);
    const serializer = new SourceSerializer();
    expect(await serializer.serialize({ file: one.in('flow.ts') })).toEqual(
      await serializer.serialize({ file: other.in('flow.ts') }),
    );
  });
});

describe('what is refused', () => {
  test.each([
    ['a missing file', `'./gone.ts'`, 'there is no file'],
    ['a folder', `'./folder'`, 'there is no file'],
    ['an entry of imports', `'#a'`, '"imports" in package.json'],
    ['an alias by form', `'@/a'`, 'path alias'],
    ['an alias by tsconfig.json', `'lib/a'`, 'path alias'],
    ['an absolute path', `'/etc/a.ts'`, 'path of this machine'],
    ['a file address', `'file:///etc/a.ts'`, 'path of this machine'],
    ['a web address', `'https://example.org/a.ts'`, 'an address'],
    ['a file that Node does not run', `'./page.tsx'`, 'does not run .tsx'],
  ])('%s', async (_name, specifier, why) => {
    const { error, path } = await refusal({
      'flow.ts': `export const x = 1;\n\nimport ${specifier};`,
      'a.ts': '',
      'folder/index.ts': '',
      'page.tsx': '',
      'tsconfig.base.json': '{ "compilerOptions": { "paths": { "lib/*": ["./*"], }, } }',
      'tsconfig.json': '{ "extends": "./tsconfig.base.json" /* why not */ }',
    });
    expect(error).toBeInstanceOf(UnfollowableImportError);
    expect(error).toMatchObject({ file: `${path}/flow.ts`, line: 3, specifier });
    expect(String(error)).toContain(`${path}/flow.ts:3: the import of ${specifier}`);
    expect(String(error)).toContain(why);
    expect(String(error)).toContain('BundleSerializer');
  });

  test.each([`import(\`./\${x}.ts\`)`, `import('./' + x)`, 'import(x)', 'require(x)'])('%s', async (written) => {
    const { error } = await refusal({ 'flow.ts': `export const f = (x: string) => ${written};` });
    expect(error).toBeInstanceOf(UnfollowableImportError);
    expect(String(error)).toContain('computed at run time');
  });

  test('a file that does not parse, with its line', async () => {
    const { error, path } = await refusal({ 'flow.ts': `import './a.ts';`, 'a.ts': 'export {};\nconst = 1;' });
    expect(error).toBeInstanceOf(PackagingError);
    expect(String(error)).toContain(`${path}/a.ts:2: `);
  });

  test('a file that is not text', async () => {
    await using tree = await temporaryTree({ 'flow.ts': `import './latin1.ts';` });
    await writeFile(tree.in('latin1.ts'), Buffer.from([0x2f, 0x2f, 0xe9]));
    await expect(new SourceSerializer().serialize({ file: tree.in('flow.ts') })).rejects.toThrow(
      'the file is not text',
    );
  });

  test('an entry that is not there', async () => {
    const { error } = await refusal({}, 'gone.ts');
    expect(String(error)).toContain('gone.ts: no such file');
  });
});
