import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type ExampleProject, exampleProject } from './cli-docs/example-project.ts';

let project: ExampleProject;
beforeAll(async () => {
  project = await exampleProject('deployments', inject('postgresUrl'), 'examples');
});
afterAll(() => project[Symbol.asyncDispose]());

/** A file, the deployments that it creates, and what each prints. */
test.each<[string, Record<string, string>]>([
  ['single-file.ts', { 'hello-world/Hello World': 'Hello world!' }],
  ['separate-file.ts', { 'hello-world/Hello World-separate': 'Hello world!' }],
  [
    'several.ts',
    {
      'hello-world/Hello World-unscheduled': 'Hello Trillian!',
      'hello-world/Hello World-daily': 'Hello Arthur!',
      'hello-world/Hello World-weekly': 'Hello Marvin!',
    },
  ],
  ['schedules.ts', { 'hello-world/Hello World-scheduled': 'Hello Ford!' }],
  ['flow-runner.ts', { 'hello-world/Hello World-subprocess': 'Hello world!' }],
  [
    'packaging.ts',
    { 'hello-world/Hello World-import': 'Hello world!', 'hello-world/Hello World-bundle': 'Hello world!' },
  ],
  ['one-of-several.ts', { 'foo/foo': 'Hello foo!' }],
  ['kiki.ts', { 'Kiki\'s Delivery Flow/Lieferung für "Ursula" 配達': 'Delivering to Ursula!' }],
  ['hello.yaml', { 'hello-world/my-first-deployment': 'Hello Earth!' }],
])('%s', async (file, deployments) => {
  const { printed, exitCode } = await project.millrace(['deployment', 'create', file]);
  expect(exitCode, printed).toBe(0);
  const created = [...printed.matchAll(/^Created deployment '(.*)'\.$/gm)].map(([, name]) => name);
  expect(created).toEqual(Object.keys(deployments));
  for (const [name, says] of Object.entries(deployments))
    expect((await project.millrace(['deployment', 'execute', name])).printed.split('\n')[0]).toBe(says);
});

test('create.ts', async () => {
  await project.millrace(['work-queue', 'create', 'default']);
  await project.startAgent();
  const { printed } = await project.program('create.ts');
  expect(printed).toMatch(/^[a-z]+-[a-z]+-\d+ ended as Completed\n$/);
});

test('call.ts', async () => {
  const { printed } = await project.program('call.ts');
  expect(printed).toBe('greeting 2\nHello Ford!\nHello Arthur!\ngreeted 2\n');
  const listed = await project.millrace(['flow-run', 'ls', '--flow-name', 'greet-all', '--json']);
  const [run] = (JSON.parse(listed.printed) as { flowRuns: { state: object }[] }).flowRuns;
  expect(run).toMatchObject({ state: { name: 'Completed' }, parameters: { names: ['Ford', 'Arthur'] } });
});
