import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@millrace/clock';
import { startServer } from '@millrace/server';
import { millraceVersion } from '@millrace/settings/version';
import { silentLogger } from '@millrace/telemetry';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { oldestNode } from './build-millrace.ts';
import { installNode, whyNoNode } from './install-node.ts';
import { type OutsideProject, outsideProject } from './outside-project.ts';
import { pack } from './pack.ts';
import { projectFiles } from './project-files.ts';

const root = join(import.meta.dirname, '..', '..');

let folder: string;
let tarballs: readonly string[];
let project: OutsideProject;
const shared = new AsyncDisposableStack();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-packed-'));
  shared.defer(() => rm(folder, { recursive: true, force: true }));
  tarballs = await pack(join(folder, 'tarballs'));
  project = shared.use(await outsideProject(projectFiles, tarballs));
});
afterAll(() => shared.disposeAsync());

test('each packager with each serializer: created, run and executed in a project outside, from the tarball', async () => {
  await using stack = new AsyncDisposableStack();
  const { endpoint, bucket, accessKeyId, secretAccessKey } = inject('s3');
  const environment = {
    MILLRACE_API_URL: await serverUrl(stack, project.home, 'packed'),
    ...{ S3_BUCKET: bucket, S3_ENDPOINT: endpoint },
    ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
  };
  const millrace = async (...line: string[]) => project.millrace(line, environment);

  const place = ['--bucket', bucket, '--endpoint', endpoint, '--access-key-id', accessKeyId];
  expect((await millrace('storage', 'create', 'our bucket', ...place)).stderr).toBe('');
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
  expect(rows).toHaveLength(16);

  const { stdout, stderr } = await project.program('trigger.ts', environment);
  expect(stdout, stderr).toBe('Completed Hello Zaphod, good, 172800000\n');
});

test('a flow that a program calls is a run, or it is said what is missing', async () => {
  await using stack = new AsyncDisposableStack();
  const environment = { MILLRACE_API_URL: await serverUrl(stack, project.home, 'packed_calls') };
  expect(await project.program('call.ts', environment)).toMatchObject({ exitCode: 0, stdout: 'Hello Marvin\n6\n' });
  const { stdout } = await project.millrace(['flow-run', 'ls', '--json'], environment);
  expect(JSON.parse(stdout)).toMatchObject({ flowRuns: [{ flowName: 'called', state: { name: 'Completed' } }] });

  const alone = await project.program('call.ts', { MILLRACE_PORT: '0', MILLRACE_HOME: join(folder, 'no home') });
  expect(alone).toMatchObject({ exitCode: 1, stdout: '' });
  expect(alone.stderr).toContain('npm install @millrace/server');
  const tested = await project.program('unit-test.ts', { MILLRACE_PORT: '0', MILLRACE_HOME: join(folder, 'no home') });
  expect(tested.stdout, tested.stderr).toBe('Hello Slartibartfast\n');
});

test('a project in TypeScript has the types of all that it uses', async () => {
  const tsc = join(root, 'node_modules', 'typescript7', 'bin', 'tsc');
  const wrong = await project.program(tsc, {}, ['--noEmit', '-p', 'tsconfig.json']);
  expect(wrong.stdout).toBe('');
  expect(wrong.exitCode).toBe(0);
});

test('the oldest Node that it promises to work on creates, takes and executes runs, and triggers them', async ({
  skip,
}) => {
  const reason = whyNoNode();
  if (reason !== undefined) return skip(reason);
  await using stack = new AsyncDisposableStack();
  const node = await installNode(oldestNode, join(folder, 'node'));
  const old = stack.use(await outsideProject(projectFiles, tarballs, { node }));
  const environment = { MILLRACE_API_URL: await serverUrl(stack, old.home, 'packed_old_node') };
  const millrace = async (...line: string[]) => {
    const { exitCode, stdout, stderr } = await old.millrace(line, environment);
    expect(exitCode, stderr).toBe(0);
    return stdout;
  };

  expect(await millrace('version')).toContain(millraceVersion);
  // It has no Temporal of its own.
  const night = ['--timezone', 'Europe/Berlin', '--from', '2026-03-28T12:00:00Z', '--count', '2'];
  expect(await millrace('schedule', 'preview', '--cron', '30 2 * * *', ...night)).toMatch(
    /2026-03-29T03:00:00\+02:00 .*\n.*2026-03-30T02:30:00\+02:00/,
  );
  await millrace('work-queue', 'create', 'default');
  await millrace('deployment', 'create', 'flows.ts');
  await old.start(['agent', 'start', 'default'], /takes runs from 'default'/, environment);
  const name = 'hello/DatabasePackager, SourceSerializer';
  expect(await millrace('deployment', 'run', name, '-p', 'name=Ford', '--watch')).toBe('Hello Ford, good, 172800000\n');
  expect(await millrace('deployment', 'execute', name)).toBe('Hello world, good, 172800000\n');
  await millrace('deployment', 'create', 'common.cjs');
  expect(await millrace('deployment', 'execute', 'common/required', '-p', 'name=a/Zarniwoop')).toBe(
    'Hello Zarniwoop\n',
  );
  const { stdout, stderr } = await old.program('trigger.js', environment);
  expect(stdout, stderr).toBe(`v${oldestNode} Completed Hello Trillian, good, 172800000\nand a call\n`);
});

async function serverUrl(stack: AsyncDisposableStack, home: string, databaseSchema: string): Promise<string> {
  const server = await startServer({
    home,
    port: 0,
    databaseUrl: inject('postgresUrl'),
    databaseSchema,
    clock: systemClock,
    log: silentLogger(),
  });
  stack.use(server);
  return server.url;
}
