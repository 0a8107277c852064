import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { exampleProject } from './cli-docs/example-project.ts';
import { cliPage } from './cli-docs/page.ts';

const page = join(import.meta.dirname, '..', 'docs', 'cli.md');

test('the page of commands shows what they print', async () => {
  await using project = await exampleProject('hello', inject('postgresUrl'));
  expect(await cliPage(project)).toBe(await readFile(page, 'utf8'));
});

test('the page has each command for deployments', async () => {
  const text = await readFile(page, 'utf8');
  await using project = await exampleProject('hello', inject('postgresUrl'), 'help');
  const { printed } = await project.millrace(['deployment', '--help']);
  const names = [...printed.matchAll(/^ +deployment ([a-z]+)/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(text).toContain(`$ millrace deployment ${name} `);
});

test('a run that waits runs the code that it was made with, whatever is deployed meanwhile', async () => {
  await using project = await exampleProject('hello', inject('postgresUrl'), 'old_code');
  await project.millrace(['work-queue', 'create', 'default']);
  await project.millrace(['deployment', 'create', 'hello.ts']);
  const run = async () => {
    const { printed } = await project.millrace(['deployment', 'run', 'hello-world/Hello World', '--json']);
    return (JSON.parse(printed) as { flowRun: { id: string } }).flowRun.id;
  };
  const logOf = async (id: string) => (await project.millrace(['flow-run', 'logs', id, '--follow'])).printed;
  const ofTheOld = await run();
  await project.edit('greeting.ts', 'Hello', 'Good day');
  await project.millrace(['deployment', 'create', 'hello.ts']);
  const ofTheNew = await run();
  await project.millrace(['deployment', 'rollback', 'hello-world/Hello World', '1']);
  const ofTheOldAgain = await run();
  await project.startAgent();
  expect(await logOf(ofTheOld)).toContain('Hello world!');
  expect(await logOf(ofTheNew)).toContain('Good day world!');
  expect(await logOf(ofTheOldAgain)).toContain('Hello world!');
});

test('a flow that is executed and dies is CRASHED at once, and the exit code says so', async () => {
  await using project = await exampleProject('hello', inject('postgresUrl'), 'dies');
  await project.edit('greeting.ts', 'return', 'process.kill(process.pid, "SIGKILL"); return');
  await project.millrace(['deployment', 'create', 'hello.ts']);
  const { printed, exitCode } = await project.millrace(['deployment', 'execute', 'hello-world/Hello World']);
  expect(printed).toContain('ended as Crashed: Its process ended before it did.');
  expect(exitCode).toBe(1);
});
