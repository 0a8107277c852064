import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMemoryServer } from './memory-server.ts';
import { runMillrace } from './run-millrace.ts';

let server: Awaited<ReturnType<typeof startMemoryServer>>;
const millrace = (...line: string[]) => runMillrace(line, { MILLRACE_API_URL: server.url });
const flows = (name: string) => fileURLToPath(new URL(`flows/${name}.ts`, import.meta.url));

beforeAll(async () => {
  server = await startMemoryServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test('create says what it does on stdout; what the module prints and what no queue serves is on stderr', async () => {
  const file = flows('greeting');
  const { exitCode, stdout, stderr } = await millrace('deployment', 'create', file);
  const deploying = "Deploying flow script from 'apps/cli/tests/flows/greeting.ts' using the server's database...";
  expect(stdout.replaceAll(/'[^']*(?=apps\/cli\/)/g, "'").split('\n')).toEqual([
    "Loading deployment specifications from typescript file at 'apps/cli/tests/flows/greeting.ts'...",
    "Creating deployment 'Every day' for flow 'greet'...",
    deploying,
    "Creating deployment 'plain' for flow 'greet'...",
    deploying,
    "Created deployment 'greet/Every day'.",
    'View your new deployment with:',
    "    millrace deployment inspect 'greet/Every day'",
    "Created deployment 'greet/plain'.",
    'View your new deployment with:',
    "    millrace deployment inspect 'greet/plain'",
    '',
  ]);
  expect(stderr.split('\n')).toEqual([
    'printed while loading',
    "No work queue serves 'greet/Every day', 'greet/plain': runs wait until one does.",
    'Create one with:',
    '    millrace work-queue create default',
    '',
  ]);
  expect(exitCode).toBe(0);
});

test('create --json prints the reply and nothing else; a second time the deployments are known', async () => {
  const { exitCode, stdout } = await millrace('deployment', 'create', flows('greeting'), '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    results: [
      { created: false, deployment: { name: 'Every day', flowName: 'greet', tags: ['daily'], description: '' } },
      { created: false, deployment: { name: 'plain', parameters: { name: 'Arthur' }, tags: [], schedules: [] } },
    ],
  });
  expect(exitCode).toBe(0);
});

test('two deployments of one name are refused, each with its line', async () => {
  const { exitCode, stderr } = await millrace('deployment', 'create', flows('twice').replace(/ts$/, 'yaml'));
  expect(stderr.replaceAll(/in \S*flows\//g, 'in ')).toBe(
    "printed while loading\nerror: deployment 'greet/twice' is defined twice, in twice.yaml:2 and in twice.yaml:8\n" +
      'Give one of them another name. No deployment was created.\n',
  );
  expect(exitCode).toBe(1);
});

test('a YAML file names the file of its flow', async () => {
  const { exitCode, stdout } = await millrace('deployment', 'create', flows('greeting').replace(/ts$/, 'yaml'));
  expect(stdout).toMatch(/^Loading deployment specifications from yaml file at '.*greeting\.yaml'\.\.\.$/m);
  expect(stdout).toMatch(/^Deploying flow script from '.*greeting\.ts' using the server's database\.\.\.$/m);
  expect(stdout).toMatch(/^Created deployment 'greet\/from yaml'\.$/m);
  expect(exitCode).toBe(0);
});

test('what is wrong with a YAML file is told with its place', async () => {
  const { exitCode, stderr } = await millrace('deployment', 'create', flows('mistaken').replace(/ts$/, 'yaml'));
  expect(stderr).toMatch(/^error: .*mistaken\.yaml:5:1: shedule: there is no such key; did you mean 'schedule'\?$/m);
  expect(stderr).toMatch(/^.*mistaken\.yaml:7:5: tags\[0\]: must be a text; put it in quotes: '1'$/m);
  expect(stderr).toMatch(/^No deployment was created\.$/m);
  expect(exitCode).toBe(1);
});

test('where one file of several can not be loaded, all such files are told and nothing is created', async () => {
  server.deployments.clear();
  const files = ['greeting', 'throwing', 'missing', 'empty'].map(flows);
  const { exitCode, stderr } = await millrace('deployment', 'create', ...files);
  expect(stderr).toMatch(/error: .*throwing.ts failed while it was loaded: not today\n {4}at .*throwing.ts:1:7\n/);
  expect(stderr).toMatch(/there is no file .*missing.ts\n/);
  expect(stderr).toMatch(/no deployment was found in .*empty.ts/);
  expect(stderr).toMatch(/\nNo deployment was created.\n$/);
  expect(stderr).not.toMatch(/node:internal|libs\/sdk/);
  expect(exitCode).toBe(1);
  expect(server.deployments.size).toBe(0);
});

test('what the server refuses is told by the name of the deployment', async () => {
  const { exitCode, stderr } = await millrace('deployment', 'create', flows('refused'));
  expect(stderr).toBe(
    [
      'error: the server refused what was asked for',
      "  deployment 'refuse/me', tags[0]: is refused",
      'No deployment was created.',
      '',
    ].join('\n'),
  );
  expect(exitCode).toBe(1);
});

test('ls turns all pages; inspect and delete take the name, and name what is not there', async () => {
  await millrace('deployment', 'create', flows('greeting'));
  const listed = await millrace('deployment', 'ls');
  expect(listed.stdout.split('\n').map((line) => line.replace(/ +[^ ]*$/, ''))).toEqual([
    'NAME             SCHEDULE                 TAGS',
    'greet/Every day  every day at 00:00, UTC  daily',
    'greet/plain      -                        -',
    '',
  ]);

  const inspected = await millrace('deployment', 'inspect', 'greet/plain');
  expect(inspected.stdout).toMatch(/^Name: +greet\/plain\nID: /);
  expect(inspected.stdout).toMatch(/\nParameters: +{"name":"Arthur"}\n/);

  expect(await millrace('deployment', 'delete', 'greet/plain')).toEqual({
    exitCode: 0,
    stdout: "Deleted deployment 'greet/plain' and 2 of its runs, not yet started.\n",
    stderr: '',
  });
  expect(await millrace('deployment', 'inspect', 'greet/plain')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'error: there is no deployment "greet/plain"\nSee which there are: millrace deployment ls\n',
  });
});
