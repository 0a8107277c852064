import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startMemoryServer } from './memory-server.ts';
import { runMillrace } from './run-millrace.ts';

async function setup() {
  const server = await startMemoryServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const folder = await mkdtemp(join(tmpdir(), 'millrace-cli-storages-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const millrace = (line: readonly string[], environment: Record<string, string> = {}) =>
    runMillrace(line, { MILLRACE_API_URL: server.url, ...environment });
  return { server, folder, millrace };
}

test('storages are created, listed, made the default, deleted', async () => {
  const { server, millrace } = await setup();
  expect(await millrace(['storage', 'ls'])).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('No storages'),
  });
  const made = await millrace(['storage', 'create', 'our folder', '--base-path', '/srv/packages']);
  expect(made).toEqual({
    exitCode: 0,
    stderr: '',
    stdout:
      "Created storage 'our folder' (id of our folder).\nMake it the default with: millrace storage set-default 'our folder'\n",
  });
  const s3 = ['--bucket', 'flows', '--endpoint', 'http://minio:9000', '--access-key-id', 'AKIA', '--default'];
  const secret = { AWS_SECRET_ACCESS_KEY: 's3cret' };
  const bucket = await millrace(['storage', 'create', 'bucket', ...s3], secret);
  expect(bucket.stdout).toContain("Created storage 'bucket'");
  expect(bucket.stdout).toContain('It is the default storage');
  expect((await millrace(['storage', 'create', 'bucket', ...s3], secret)).stdout).toContain("Updated storage 'bucket'");
  expect(server.storages.get('bucket')).toMatchObject({
    place: { case: 's3', value: { bucket: 'flows', endpoint: 'http://minio:9000', region: '', accessKeyId: 'AKIA' } },
    secretAccessKey: 's3cret',
  });
  const { stdout } = await millrace(['storage', 'ls']);
  expect(stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
    'NAME | DEFAULT | TYPE | WHERE | CREDENTIALS | ID',
    'our folder | - | local | /srv/packages | - | id of our folder',
    'bucket | yes | s3 | flows at http://minio:9000 | AKIA | id of bucket',
    '',
  ]);
  const json = JSON.parse((await millrace(['storage', 'ls', '--json'])).stdout);
  expect(json).toMatchObject({
    storages: [{ name: 'our folder', local: { basePath: '/srv/packages' } }, { isDefault: true }],
  });
  expect((await millrace(['storage', 'set-default', 'our folder'])).stdout).toBe(
    "Storage 'our folder' is the default.\n",
  );
  expect((await millrace(['storage', 'set-default', '--none'])).stdout).toBe('No storage is the default.\n');
  expect((await millrace(['storage', 'delete', 'bucket'])).stdout).toContain("Deleted storage 'bucket'.");
  expect([...server.storages.keys()]).toEqual(['our folder']);
});

test('a storage that is needed is deleted by force alone', async () => {
  const { server, millrace } = await setup();
  await millrace(['storage', 'create', 'needed', '--base-path', '/a']);
  expect(await millrace(['storage', 'delete', 'needed'])).toMatchObject({
    exitCode: 1,
    stderr: 'error: packages are in it\nTo delete it all the same: millrace storage delete NAME --force\n',
  });
  expect(await millrace(['storage', 'delete', 'needed', '--force'])).toMatchObject({ exitCode: 0 });
  expect(server.storages.size).toBe(0);
  expect(await millrace(['storage', 'delete', 'needed'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('See which there are: millrace storage ls'),
  });
});

test('a secret comes from a file, without the line end', async () => {
  const { server, folder, millrace } = await setup();
  const file = join(folder, 'secret');
  await writeFile(file, 's3cret\n');
  const line = ['storage', 'create', 'a', '--bucket', 'b', '--access-key-id', 'AKIA', '--secret-file', file];
  expect(await millrace(line)).toMatchObject({ exitCode: 0 });
  expect(server.storages.get('a')?.secretAccessKey).toBe('s3cret');
  expect(await millrace([...line.slice(0, -1), join(folder, 'gone')])).toMatchObject({ exitCode: 2 });
  expect(await millrace(['storage', 'set-default'])).toMatchObject({ exitCode: 2 });
});

test.each([
  [[], 'one of --base-path and --bucket'],
  [['--base-path', '/a', '--bucket', 'b'], 'one of --base-path and --bucket'],
  [['--base-path', 'a'], 'must be absolute'],
  [['--base-path', '/a', '--region', 'b'], '--region is for --bucket'],
  [['--bucket', 'b', '--access-key-id', 'c'], 'the secret of the access key is needed'],
  [['--bucket', 'b', '--secret-file', 'c'], '--secret-file is for --access-key-id'],
])('%j is refused', async (flags, why) => {
  const { server, millrace } = await setup();
  const said = await millrace(['storage', 'create', 'a', ...flags]);
  expect(said).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(why) });
  expect(server.storages.size).toBe(0);
});
