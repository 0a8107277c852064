import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@millrace/clock';
import { startServer } from '@millrace/server';
import { silentLogger } from '@millrace/telemetry';
import { expect, inject, test } from 'vitest';
import { outsideProject } from './outside-project.ts';
import { pack } from './pack.ts';
import { projectFiles } from './project-files.ts';

const root = join(import.meta.dirname, '..', '..');

test('each packager with each serializer: created, run and executed in a project outside, from the tarball', async () => {
  await using stack = new AsyncDisposableStack();
  const project = await outside(stack);
  const environment = { MILLRACE_API_URL: await serverUrl(stack, project.home) };
  const millrace = async (...line: string[]) => project.millrace(line, environment);

  const created = await millrace('deployment', 'create', 'flows.ts', '--json');
  expect(created.stderr).not.toContain('error');
  const { results } = JSON.parse(created.stdout) as { results: { deployment: { name: string } }[] };
  await millrace('work-queue', 'create', 'default');
  await project.start(['agent', 'start', 'default'], /takes runs from 'default'/, environment);

  const rows: string[] = [];
  for (const { deployment } of results) {
    const name = `hello/${deployment.name}`;
    const ran = await millrace('deployment', 'run', name, '-p', 'name=Ford', '--watch');
    const executed = await millrace('deployment', 'execute', name, '-p', 'name=Arthur');
    const verdict = ({ stdout, stderr }: typeof ran, wanted: string) => (stdout === wanted ? 'yes' : stderr);
    const [packager, serializer] = deployment.name.split(', ');
    rows.push(
      `| ${packager} | ${serializer} | ${verdict(ran, 'Hello Ford, good, 172800000\n')} | ${verdict(executed, 'Hello Arthur, good, 172800000\n')} |`,
    );
  }
  process.stdout.write(`| packager | serializer | run | execute |\n|---|---|---|---|\n${rows.join('\n')}\n`);
  const documented = await readFile(join(root, 'docs', 'packaging.md'), 'utf8');
  for (const row of rows) expect(documented).toContain(row);
  expect(rows).toHaveLength(9);

  const { stdout, stderr } = await project.program('trigger.ts', environment);
  expect(stdout, stderr).toBe('Completed Hello Zaphod, good, 172800000\n');
});

test('a project in TypeScript has the types of all that it uses', async () => {
  await using stack = new AsyncDisposableStack();
  const project = await outside(stack);
  const tsc = join(root, 'node_modules', 'typescript7', 'bin', 'tsc');
  const wrong = await project.program(tsc, {}, ['--noEmit', '-p', 'tsconfig.json']);
  expect(wrong.stdout).toBe('');
  expect(wrong.exitCode).toBe(0);
});

async function outside(stack: AsyncDisposableStack) {
  const out = await mkdtemp(join(tmpdir(), 'millrace-packed-'));
  stack.defer(() => rm(out, { recursive: true, force: true }));
  return stack.use(await outsideProject(projectFiles, await pack(out)));
}

async function serverUrl(stack: AsyncDisposableStack, home: string): Promise<string> {
  const server = await startServer({
    home,
    port: 0,
    databaseUrl: inject('postgresUrl'),
    databaseSchema: 'packed',
    clock: systemClock,
    log: silentLogger(),
  });
  stack.use(server);
  return server.url;
}
