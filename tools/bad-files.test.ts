import { expect, inject, test } from 'vitest';
import { exampleProject } from './cli-docs/example-project.ts';

const head = `import { deployment, every, flow, FlowScript, FilePackager, SubprocessFlowRunner, BundleSerializer, ImportSerializer, DatabasePackager } from 'millrace';
export const f = flow('f', async () => {});
`;
const yaml = 'flow: { path: ./hello-flow.ts }\n';

/** What is wrong, what is in the file, and what is said: where, and why. */
const bad: readonly (readonly [name: string, text: string, where: RegExp, why: string])[] = [
  ['syntax.ts', `${head}deployment({ flow: f`, /syntax\.ts:3/, "Expected ','"],
  ['throws.ts', `${head}throw new Error('on purpose');`, /throws\.ts:3:\d+/, 'on purpose'],
  ['rejects.ts', `${head}await Promise.reject(new Error('later'));`, /rejects\.ts:3:\d+/, 'later'],
  ['import-file.ts', `import './gone.ts';`, /import-file\.ts/, 'gone.ts'],
  ['import-package.ts', `import 'no-such-package';`, /import-package\.ts/, 'no-such-package'],
  ['empty.ts', `export const nothing = 1;`, /empty\.ts/, 'no deployment was found'],
  ['no-flow.ts', `${head}deployment({});`, /no-flow\.ts:3:\d+/, 'a deployment needs a flow'],
  ['unknown-flow.ts', `${head}deployment({ flow: 'g' });`, /unknown-flow\.ts/, "there is no flow named 'g'"],
  ['bad-name.ts', `${head}deployment({ flow: f, name: 'a/b' });`, /bad-name\.ts:3:\d+/, "must not contain '/'"],
  ['option.ts', `${head}deployment({ flow: f, tag: [] });`, /option\.ts:3:\d+/, "there is no option 'tag'"],
  ['tags.ts', `${head}deployment({ flow: f, tags: 'a' });`, /tags\.ts:3:\d+/, 'tags must be a list'],
  ['priority.ts', `${head}deployment({ flow: f, priority: 10 });`, /priority\.ts:3:\d+/, 'from 0 to 9'],
  ['parameters.ts', `${head}deployment({ flow: f, parameters: { a: 1n } });`, /parameters\.ts:3:\d+/, 'must be JSON'],
  [
    'interval.ts',
    `${head}deployment({ flow: f, schedule: every('1 day') });`,
    /interval\.ts:3:\d+/,
    "interval must be a duration, not '1 day'",
  ],
  [
    'slugs.ts',
    `${head}deployment({ flow: f, schedules: [every('1d'), every('2d')] });`,
    /slugs\.ts:3:\d+/,
    'schedules[0].slug is missing',
  ],
  ['runner.ts', `${head}new SubprocessFlowRunner({ image: 'x' });`, /runner\.ts:3:\d+/, "no option 'image'"],
  ['packager.ts', `${head}new FilePackager({ folder: 'x' });`, /packager\.ts:3:\d+/, "no option 'folder'"],
  [
    'script.ts',
    `${head}deployment({ flow: new FlowScript({ path: './gone.ts' }) });`,
    /there is no file .*gone\.ts, which .*script\.ts names/,
    'there is no file',
  ],
  [
    'several.ts',
    `${head}deployment({ flow: new FlowScript({ path: './several-flows.ts' }) });`,
    /several-flows\.ts/,
    "'bar', 'foo'",
  ],
  ['common.cjs', `throw new Error('from CommonJS');`, /common\.cjs:1:\d+/, 'from CommonJS'],
  [
    'gone.yaml',
    `flow: { path: ./gone.ts }`,
    /there is no file .*gone\.ts, which .*gone\.yaml names/,
    'there is no file',
  ],
  ['key.yaml', `${yaml}shedule: { interval: 60 }`, /key\.yaml:2:1/, "did you mean 'schedule'?"],
  ['no-flow.yaml', `name: a`, /no-flow\.yaml:1:1/, 'flow is missing'],
  ['list.yaml', `- a`, /list\.yaml:1:1/, 'must be a mapping'],
  ['number.yaml', `${yaml}name: 2026`, /number\.yaml:2:1/, 'must be a text'],
  [
    'interval.yaml',
    `${yaml}schedule:\n  interval: 1 hour`,
    /interval\.yaml:3:3/,
    "must be a duration, not '1 hour': seconds",
  ],
  ['both.yaml', `${yaml}schedule: { interval: 60 }\nschedules: []`, /both\.yaml:3:1/, 'either schedule or schedules'],
  ['packager.yaml', `${yaml}packager: { type: docker }`, /packager\.yaml:2:13/, "'database' or 'file'"],
  ['syntax.yaml', `flow: { path: `, /syntax\.yaml:1:\d+/, 'error: '],
  ['twice.yaml', `${yaml}name: a\nname: b`, /twice\.yaml:3:1/, 'must be unique'],
];

test('each of 30 bad files is told, with its place and what is wrong; nothing is created, good files neither', async () => {
  await using project = await exampleProject('deployments', inject('postgresUrl'), 'bad_files');
  expect(bad).toHaveLength(30);
  for (const [name, text] of bad) await project.write(name, text);
  const files = bad.map(([name]) => name);
  const { printed, exitCode } = await project.millrace([
    'deployment',
    'create',
    'hello.yaml',
    ...files,
    'flow-runner.ts',
  ]);
  expect(exitCode).toBe(1);
  for (const [name, , where, why] of bad) {
    expect(printed, name).toMatch(where);
    expect(printed, name).toContain(why);
  }
  expect(printed).toContain('No deployment was created.');
  expect(JSON.parse((await project.millrace(['deployment', 'ls', '--json'])).printed)).toMatchObject({
    deployments: [],
  });
});

test('what only the server or the packager sees is told by the name of the deployment', async () => {
  await using project = await exampleProject('deployments', inject('postgresUrl'), 'bad_files_2');
  const cases: readonly (readonly [string, string, string])[] = [
    ['import.ts', `${head}import './gone.json' with { type: 'json' };`, 'gone.json'],
    [
      'private.ts',
      `import { deployment, flow, ImportSerializer, DatabasePackager } from 'millrace';
const f = flow('f', async () => {});
deployment({ flow: f, packager: new DatabasePackager({ serializer: new ImportSerializer() }) });`,
      'is not exported',
    ],
    [
      'typed.ts',
      `import { deployment, flow } from 'millrace';
export const f = flow('f', async ({ n }: { n: number }) => n);
deployment({ flow: f, parameters: { n: 'many' } as never });`,
      "deployment 'f/f', parameters.n",
    ],
  ];
  for (const [file, text, why] of cases) {
    await project.write(file, text);
    const { printed, exitCode } = await project.millrace(['deployment', 'create', file]);
    expect(exitCode, file).toBe(1);
    expect(printed, file).toContain(why);
  }
  expect(JSON.parse((await project.millrace(['deployment', 'ls', '--json'])).printed)).toMatchObject({
    deployments: [],
  });
});
