import { describe, expect, test } from 'vitest';
import { FlowNotFoundError, LoadError, loadDeployments, ScriptError } from '../src/index.ts';
import { temporaryFiles } from './temporary-files.ts';

// Files in a temporary folder have no node_modules: they import the package by its address.
const sdk = new URL('../src/index.ts', import.meta.url).href;
const head = `import { deployment, every, flow, FlowScript } from ${JSON.stringify(sdk)};\n`;

async function load(text: string, more: Record<string, string> = {}) {
  const files = await temporaryFiles({ 'flows.ts': head + text, ...more });
  const warnings: string[] = [];
  const loaded = await loadDeployments(files.in('flows.ts'), { warn: (message) => warnings.push(message) }).catch(
    (error: unknown) => error,
  );
  await files[Symbol.asyncDispose]();
  const names = Array.isArray(loaded) ? loaded.map(({ flow, name }) => `${flow.name}/${name}`) : [];
  return { loaded, names, warnings, file: files.in('flows.ts') };
}

describe('found', () => {
  test.each<[string, string, string[]]>([
    ['exported', `const f = flow('f', () => {}); export const a = deployment({ flow: f, name: 'a' });`, ['f/a']],
    ['constructed', `const f = flow('f', () => {}); deployment({ flow: f, name: 'a' });`, ['f/a']],
    [
      'both, each once, in the order of the file',
      `export const f = flow('f', () => {}); deployment({ flow: f, name: 'b' }); export const a = deployment({ flow: f, name: 'a' });`,
      ['f/b', 'f/a'],
    ],
    [
      'of a flow by its name',
      `export const f = flow('my flow', () => {}); export const a = deployment({ flow: 'my flow', name: 'a' });`,
      ['my flow/a'],
    ],
    ['of a flow from another file', `import { g } from './g.ts'; deployment({ flow: g, name: 'a' });`, ['g/a']],
  ])('%s', async (_name, text, names) => {
    const found = await load(text, { 'g.ts': `${head}export const g = flow('g', () => {});` });
    expect(found.names).toEqual(names);
    expect(found.warnings).toEqual([]);
  });

  test('with the line where it is made, where that is this file', async () => {
    const text = `const f = flow('f', () => {});\ndeployment({ flow: f });\nmake(f, 'b');`;
    const made = `${head}export const make = (flow, name) => deployment({ flow, name });`;
    const { loaded } = await load(`import { make } from './make.ts';\n${text}`, { 'make.ts': made });
    expect(loaded).toMatchObject([
      { name: 'f', line: 4 },
      { name: 'b', line: undefined },
    ]);
  });

  test.each([
    ['the only one, by which the deployment is named', `new FlowScript({ path: './one.ts' })`, '', 'one/one'],
    ['one that is not exported', `new FlowScript({ path: './hidden.ts' })`, `name: 'a'`, 'hidden/a'],
    ['one of several, by its name', `new FlowScript({ path: 'sub/two.ts', name: 'b' })`, `name: 'a'`, 'b/a'],
  ])('of a flow in another file: %s', async (_name, script, rest, expected) => {
    const found = await load(`deployment({ flow: ${script}, ${rest} });`, {
      'one.ts': `${head}export const one = flow('one', () => {}); deployment({ flow: one, name: 'not this' });`,
      'hidden.ts': `${head}flow('hidden', () => {});`,
      'sub/two.ts': `${head}export const a = flow('a', () => {}); export const b = flow('b', () => {});`,
    });
    expect(found.names).toEqual([expected]);
    expect(found.loaded).toMatchObject([
      { definedIn: found.file, file: expect.stringMatching(/(one|hidden|two)\.ts$/) },
    ]);
  });

  test('of flows in a file that was loaded for its deployments, too', async () => {
    await using files = await temporaryFiles({
      'one.ts': `${head}const one = flow('one', () => {}); deployment({ flow: one, name: 'own' });`,
      'other.ts': `${head}deployment({ flow: new FlowScript({ path: './one.ts' }), name: 'other' });`,
    });
    const [own] = await loadDeployments(files.in('one.ts'));
    const [other] = await loadDeployments(files.in('other.ts'));
    expect([own?.name, other?.name]).toEqual(['own', 'other']);
    expect(other?.flow).toBe(own?.flow);
  });

  test('the same when loaded a second time', async () => {
    await using files = await temporaryFiles({
      'a.ts': `${head}deployment({ flow: flow('f', () => {}), name: 'a' });`,
    });
    const first = await loadDeployments(files.in('a.ts'));
    expect(await loadDeployments(files.in('a.ts'))).toEqual(first);
  });

  test('file by file, also when loaded at once', async () => {
    const slow = (name: string) =>
      `${head}await new Promise(setImmediate); deployment({ flow: flow('${name}', () => {}), name: 'd' });`;
    await using files = await temporaryFiles({ 'a.ts': slow('a'), 'b.ts': slow('b') });
    const [a, b] = await Promise.all([loadDeployments(files.in('a.ts')), loadDeployments(files.in('b.ts'))]);
    expect([a, b].map((loaded) => loaded.map(({ flowName }) => flowName))).toEqual([['a'], ['b']]);
  });

  test('in CommonJS', async () => {
    await using files = await temporaryFiles({
      'a.cjs': `const { flow, deployment } = require(${JSON.stringify(new URL(sdk).pathname)});
        const f = flow('f', () => {}); module.exports = { f, a: deployment({ flow: 'f', name: 'a' }) };`,
    });
    expect((await loadDeployments(files.in('a.cjs'))).map(({ spec }) => spec.name)).toEqual(['a']);
  });
});

test('a flow called at top level is skipped, with a warning', async () => {
  const { names, warnings } = await load(
    `const f = flow('f', () => { throw new Error('ran'); }); const r = await f(); if (r !== undefined) throw r; deployment({ flow: f });`,
  );
  expect(names).toEqual(['f/f']);
  expect(warnings).toEqual([expect.stringContaining(`calls the flow 'f' at its top level`)]);
});

describe('refused', () => {
  test('a file that is not there', async () => {
    await expect(loadDeployments('/not/there.ts')).rejects.toThrow(LoadError);
  });

  test('a file without deployments', async () => {
    const { loaded } = await load(`export const f = flow('f', () => {});`);
    expect(loaded).toBeInstanceOf(LoadError);
    expect(String(loaded)).toContain('no deployment was found');
  });

  test('a file that throws: its stack is kept', async () => {
    const { loaded, file } = await load(`\nthrow new RangeError('boom');`);
    expect(loaded).toBeInstanceOf(ScriptError);
    expect(loaded).toMatchObject({
      cause: { name: 'RangeError' },
      stack: expect.stringMatching(/boom\n\s+at .*flows\.ts:3/),
    });
    expect(String(loaded)).toContain(`${file} failed while it was loaded: boom`);
  });

  test('a file that does not parse', async () => {
    expect((await load('const = 1;')).loaded).toBeInstanceOf(ScriptError);
  });

  test('a bad deployment: the script failed, and says which', async () => {
    const { loaded } = await load(`deployment({ flow: flow('f', () => {}), name: 'a/b' });`);
    expect(loaded).toBeInstanceOf(ScriptError);
    expect(String(loaded)).toContain('must not contain');
  });

  test('the name of a flow that is not there: those that are there are listed', async () => {
    const { loaded } = await load(
      `export const b = flow('b', () => {}); export const a = flow('a', () => {}); deployment({ flow: 'c' });`,
    );
    expect(loaded).toBeInstanceOf(FlowNotFoundError);
    expect(loaded).toMatchObject({ found: ['a', 'b'] });
    expect(String(loaded)).toContain(`found: 'a', 'b'`);
  });

  test.each([
    ['a script that is not there', `new FlowScript({ path: './away.ts' })`, LoadError, /there is no file .*away\.ts/],
    ['a script without flows', `new FlowScript({ path: './none.ts' })`, LoadError, /no flow was found in .*none\.ts/],
    ['a script that throws', `new FlowScript({ path: './throws.ts' })`, ScriptError, /throws\.ts failed .*: boom/],
    ['one of several that is not named', `new FlowScript({ path: './two.ts' })`, LoadError, /several flows: 'a', 'b'/],
    ['one that is not in its script', `new FlowScript({ path: './two.ts', name: 'c' })`, FlowNotFoundError, /'a', 'b'/],
    ['a script with a mistaken option', `new FlowScript({ file: './two.ts' })`, ScriptError, /no option 'file'/],
    ['a script without a path', `new FlowScript({ path: '' })`, ScriptError, /needs the path/],
  ] as const)('%s', async (_name, script, kind, message) => {
    const { loaded } = await load(`deployment({ flow: ${script} });`, {
      'none.ts': `${head}export const nothing = 1;`,
      'throws.ts': `throw new Error('boom');`,
      'two.ts': `${head}export const a = flow('a', () => {}); export const b = flow('b', () => {});`,
    });
    expect(loaded).toBeInstanceOf(kind);
    expect(String(loaded)).toMatch(message);
  });

  test('two flows of one name', async () => {
    const { loaded } = await load(
      `export const a = flow('f', () => {}); export const b = flow('f', () => {}); deployment({ flow: b });`,
    );
    expect(String(loaded)).toContain(`several flows named 'f'`);
  });
});
