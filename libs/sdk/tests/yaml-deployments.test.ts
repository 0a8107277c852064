import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { good, loadYaml as load } from './load-yaml.ts';

test("the concept page's example", async () => {
  const { loaded } = await load(`name: my-first-deployment
flow:
    path: ./flows/hello.ts
    name: hello-world
tags:
    - foo
    - bar
parameters:
    name: "Earth"
schedule:
    interval: 3600
`);
  expect(loaded).toMatchObject([
    {
      name: 'my-first-deployment',
      flow: expect.objectContaining({ name: 'hello-world' }),
      file: expect.stringMatching(/flows\/hello\.ts$/),
      definedIn: expect.stringMatching(/deployments\.yaml$/),
      spec: { tags: ['foo', 'bar'], parameters: { name: 'Earth' }, schedules: [{ intervalMs: 3_600_000 }] },
    },
  ]);
});

test('several documents, every key, anchors and aliases', async () => {
  const { loaded } = await load(
    `# Comments are allowed.
flow: { path: flows/hello.ts }
---
name: "Ünïcode 'name'"
flow: &two { path: flows/two.ts, name: b }
flow_runner:
  type: subprocess
  config: { env: { A: '1' } }
packager: { type: database, serializer: source }
parameters: { deep: [1, { x: null }] }
schedules:
  - { interval: 90s, slug: often }
  - { interval: 1.5, slug: sooner, timezone: Europe/Rome, anchor: '2026-01-01T09:00:00Z' }
tags: []
description: text
priority: 3
---
name: again
flow: *two
---
`.replace('flow: *two', 'flow: { path: flows/two.ts, name: a }'),
  );
  expect(loaded.map(({ name, flowName }) => `${flowName}/${name}`)).toEqual([
    'hello-world/hello-world',
    "b/Ünïcode 'name'",
    'a/again',
  ]);
  expect(loaded[1]?.spec).toMatchObject({
    flowRunner: { type: 'subprocess', config: { env: { A: '1' } } },
    parameters: { deep: [1, { x: null }] },
    schedules: [
      { slug: 'often', intervalMs: 90_000 },
      { slug: 'sooner', intervalMs: 1_500, timezone: 'Europe/Rome' },
    ],
    description: 'text',
    priority: 3,
  });
});

test.each<[string, string, string[]]>([
  [
    'an unknown key, with the nearest',
    `${good}shedule: { interval: 60 }`,
    ["2:1: shedule: there is no such key; did you mean 'schedule'?"],
  ],
  [
    'an unknown key, far from all',
    'flow: { path: flows/hello.ts, xxxxxxxx: 1 }',
    ['1:31: flow.xxxxxxxx: there is no such key; there are path, name'],
  ],
  ['no flow', 'name: a', ['1:1: flow is missing: say where it is, as flow: { path: ./hello.ts }']],
  ['a flow that is a name', 'flow: hello', ['1:1: flow: must be a mapping with path, name']],
  ['a flow without a path', 'flow: { name: a }', ['1:1: flow: path is missing: the file that the flow is in']],
  ['a list', '- a', ['1:1: must be a mapping with name, flow,']],
  ['a name that is a number', `${good}name: 2026`, ["2:1: name: must be a text; put it in quotes: '2026'"]],
  ['a name with a slash', `${good}name: a/b`, ['1:1: the name of a deployment must not contain']],
  ['tags that are none', `${good}tags: foo`, ['2:1: tags: must be a list']],
  ['a tag that is a number', `${good}tags: [a, 1]`, ["2:11: tags[1]: must be a text; put it in quotes: '1'"]],
  ['parameters that are a list', `${good}parameters: [1]`, ['2:1: parameters: must be a mapping']],
  [
    'a parameter that JSON lacks',
    `${good}parameters: { a: { b: .inf } }`,
    ['2:20: parameters.a.b: is not a number that JSON has'],
  ],
  [
    'a packager that there is not',
    `${good}packager: { type: docker }`,
    ["2:13: packager.type: type must be 'database' or 'file'"],
  ],
  ['a packager without a type', `${good}packager: { serializer: bundle }`, ['2:1: packager: type must be']],
  [
    'a serializer that there is not',
    `${good}packager: { type: file, serializer: pickle }`,
    ["2:25: packager.serializer: must be 'source', 'import' or 'bundle'"],
  ],
  [
    "another serializer's option",
    `${good}packager: { type: file, serializer: { type: source, external: [a] } }`,
    ["2:53: packager.serializer.external: is for the type 'bundle'"],
  ],
  [
    "another packager's option",
    `${good}packager: { type: database, base_path: x }`,
    ["2:29: packager.base_path: is for the type 'file'"],
  ],
  [
    'an option that the runner lacks',
    `${good}flow_runner: { type: subprocess, config: { emv: {} } }`,
    ['2:34: flow_runner.config: the subprocess runner has no option'],
  ],
  ['a key twice', `${good}name: a\nname: b`, ['3:1: Map keys must be unique']],
  ['what is not YAML', 'flow: { path: ', ['1:15: ']],
  ['nothing', '# nothing\n', ['no deployment was found in']],
  [
    'several problems in two documents',
    `nam: a\n${good}---\nname: b`,
    ["1:1: nam: there is no such key; did you mean 'name'?", '4:1: flow is missing'],
  ],
  ['a script that is not there', 'flow: { path: flows/away.ts }', ['there is no file']],
  ['a flow that is not there', 'flow: { path: flows/two.ts, name: c }', ["there is no flow named 'c' in"]],
])('%s', async (_, text, expected) => {
  const { problems = [] } = await load(text);
  expect(problems).toHaveLength(expected.length);
  for (const [index, each] of expected.entries()) expect(problems[index]).toContain(each);
  for (const [index, each] of expected.entries())
    if (/^\d/.test(each)) expect(problems[index]?.startsWith(each)).toBe(true);
});

test('aliases that would grow without end are refused', async () => {
  const rows = Array.from(
    { length: 12 },
    (_, at) => `a${at}: &a${at} [${at === 0 ? '1' : Array(9).fill(`*a${at - 1}`)}]`,
  );
  const { problems } = await load(`${good}parameters:\n${rows.map((row) => `  ${row}`).join('\n')}`);
  expect(problems?.[0]).toMatch(/alias/i);
});

test.each([
  ['database', 'source', 'packager: { type: database }'],
  ['file', 'bundle', 'packager: { type: file, serializer: bundle, base_path: ./packages }'],
  ['file', 'import', 'packager: { type: file, serializer: { type: import, module: my-flows } }'],
  ['database', 'bundle', 'packager: { type: database, serializer: { type: bundle, external: [pg] } }'],
])('packages by %s and %s', async (type, serializer, text) => {
  const { loaded } = await load(`${good}${text}`);
  const packager = loaded?.[0]?.spec.packager;
  expect(packager?.type).toBe(type);
  const context = { isDryRun: true, putDocument: async () => '0'.repeat(64), defaultStorage: async () => 'team' };
  const file = fileURLToPath(new URL('temporary-files.ts', import.meta.url));
  const packaged = await packager?.package({ file, name: 'f', exportName: 'f' }, context);
  expect(packaged).toMatchObject({ type, serializer });
});

test('the schema for editors takes what is right, and refuses what is wrong', async () => {
  const { Ajv } = await import('ajv');
  const { parse } = await import('yaml');
  const { yamlSchema } = await import('../src/yaml/yaml-schema.ts');
  const validate = new Ajv({ allowUnionTypes: true, strictRequired: false }).compile(yamlSchema());
  const fits = (text: string) => validate(parse(text));
  expect(
    fits(`${good}packager: { type: file, serializer: { type: bundle, external: [pg] } }\nschedule: { interval: 3600 }`),
  ).toBe(true);
  expect(fits(`${good}schedule: { cron: '@daily', day_or: true, dst_gap: skip, jitter: 5m }`)).toBe(true);
  expect(fits(`${good}schedules: [{ rrule: FREQ=DAILY, slug: a, overlap: buffer-one }]`)).toBe(true);
  expect(fits(`${good}tags: [a]\nparameters: { a: 1 }\npriority: 3\nflow_runner: { type: subprocess }`)).toBe(true);
  for (const wrong of [
    'name: a',
    `${good}shedule: { interval: 1 }`,
    `${good}priority: 10`,
    `${good}packager: { type: x }`,
    `${good}schedule: { slug: a }`,
    `${good}schedule: { interval: 1, cron: '@daily' }`,
    `${good}schedule: { interval: 1, day_or: true }`,
    `${good}schedule: { interval: 1, overlap: next }`,
  ])
    expect(fits(wrong)).toBe(false);
  const written = await readFile(new URL('../deployment.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(written), 'run npm run generate').toEqual(yamlSchema());
});
