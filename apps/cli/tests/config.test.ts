import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startMemoryServer } from './memory-server.ts';
import { runMillrace } from './run-millrace.ts';

/** The command line in a home of its own. */
async function setup(text?: string) {
  const home = await mkdtemp(join(tmpdir(), 'millrace-config-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const file = join(home, 'profiles.json');
  if (text !== undefined) await writeFile(file, text);
  return {
    ...{ home, file },
    millrace: (line: string, environment: Readonly<Record<string, string>> = {}) =>
      runMillrace(line.split(' '), { MILLRACE_HOME: home, ...environment }),
    stored: async () => JSON.parse(await readFile(file, 'utf8')) as unknown,
  };
}

const database = 'postgres://app:s3cret@db:5432/millrace';
const rowsOf = (stdout: string) => stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '));

test('a setting is set, shown with where it comes from, and unset', async () => {
  const { home, file, millrace, stored } = await setup();
  expect(await millrace(`config set api_url=http://127.0.0.1:1 MILLRACE_DATABASE_URL=${database}`)).toEqual({
    exitCode: 0,
    stdout: [
      "Set MILLRACE_API_URL=http://127.0.0.1:1 in profile 'default'.",
      "Set MILLRACE_DATABASE_URL=postgres://app:***@db:5432/millrace in profile 'default'.",
      '',
    ].join('\n'),
    stderr: '',
  });
  const kept = { MILLRACE_API_URL: 'http://127.0.0.1:1', MILLRACE_DATABASE_URL: database };
  expect(await stored()).toEqual({ active: 'default', profiles: { default: kept } });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(home)).toEqual(['profiles.json']);

  const { stdout, stderr } = await millrace('config view', { MILLRACE_LOG_LEVEL: 'debug' });
  expect(rowsOf(stdout)).toEqual([
    'SETTING | VALUE | SOURCE',
    `MILLRACE_HOME | ${home} | environment`,
    'MILLRACE_PORT | 4200 | default',
    "MILLRACE_API_URL | http://127.0.0.1:1 | profile 'default'",
    'MILLRACE_DEPLOYMENTS_URL | (MILLRACE_API_URL) | default',
    'MILLRACE_ORCHESTRATOR_URL | (MILLRACE_API_URL) | default',
    'MILLRACE_SCHEDULER_URL | (MILLRACE_API_URL) | default',
    "MILLRACE_DATABASE_URL | postgres://app:***@db:5432/millrace | profile 'default'",
    'MILLRACE_DATABASE_SCHEMA | millrace | default',
    'MILLRACE_ENCRYPTION_KEY | (encryption.key in MILLRACE_HOME) | default',
    'MILLRACE_ALLOWED_HOSTS | (loopback names only) | default',
    'MILLRACE_KEEP_RUNS_DAYS | 90 | default',
    'MILLRACE_KEEP_LOGS_DAYS | 30 | default',
    'MILLRACE_KEEP_FIRES_DAYS | 400 | default',
    'MILLRACE_LOG_LEVEL | debug | environment',
    '',
  ]);
  expect(stderr).toBe('');

  expect(await millrace('config unset database_url log_level')).toEqual({
    exitCode: 0,
    stdout: "Unset MILLRACE_DATABASE_URL in profile 'default'.\n",
    stderr: "MILLRACE_LOG_LEVEL is not set in profile 'default'.\n",
  });
  const view: unknown = JSON.parse((await millrace('config view --json')).stdout);
  expect(view).toMatchObject({
    ...{ profile: 'default', file },
    settings: expect.arrayContaining([
      { name: 'MILLRACE_API_URL', value: 'http://127.0.0.1:1', source: 'profile' },
      { name: 'MILLRACE_DATABASE_URL', value: null, source: 'default' },
      { name: 'MILLRACE_DATABASE_SCHEMA', value: 'millrace', source: 'default' },
    ]),
  });
});

test('the environment goes before the profile, and the profile before the default', async () => {
  const { millrace } = await setup();
  const server = await startMemoryServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  await millrace(`config set api_url=${server.url}`);
  expect(await millrace('work-queue create mine')).toMatchObject({ exitCode: 0 });
  expect(server.queues.has('mine')).toBe(true);
  const elsewhere = await millrace('work-queue ls', { MILLRACE_API_URL: 'http://127.0.0.1:1' });
  expect(elsewhere.stderr).toContain("can't connect to http://127.0.0.1:1:");

  await millrace(
    'config set api_url=http://127.0.0.1:1 orchestrator_url=http://127.0.0.1:2 scheduler_url=http://127.0.0.1:3',
  );
  expect((await millrace('work-queue ls')).stderr).toContain("can't connect to http://127.0.0.1:3:");
  expect(await millrace('work-queue ls', { MILLRACE_API_URL: server.url })).toMatchObject({ exitCode: 0, stderr: '' });
  expect((await millrace('config set api_url=http://b', { MILLRACE_API_URL: 'http://a' })).stderr).toBe(
    'warning: the environment sets MILLRACE_API_URL, which goes before the profile\n',
  );
});

test('profiles are created, used, picked for one command, and deleted', async () => {
  const { file, millrace, stored } = await setup();
  await millrace('config set api_url=http://127.0.0.1:1 log_level=debug');
  expect(await millrace('profile create work --from default')).toEqual({
    exitCode: 0,
    stdout: "Created profile 'work'.\nMake it the active one with:\n    millrace profile use work\n",
    stderr: '',
  });
  expect(await millrace('profile use work')).toMatchObject({ exitCode: 0, stdout: "The active profile is 'work'.\n" });
  await millrace(`config set database_url=${database}`);
  await millrace('config set api_url=http://127.0.0.1:2', { MILLRACE_PROFILE: 'default' });
  expect(await stored()).toEqual({
    active: 'work',
    profiles: {
      default: { MILLRACE_API_URL: 'http://127.0.0.1:2', MILLRACE_LOG_LEVEL: 'debug' },
      work: { MILLRACE_API_URL: 'http://127.0.0.1:1', MILLRACE_LOG_LEVEL: 'debug', MILLRACE_DATABASE_URL: database },
    },
  });
  const apiUrl = async (environment = {}) =>
    (JSON.parse((await millrace('version --json', environment)).stdout) as { apiUrl: string }).apiUrl;
  expect(await apiUrl()).toBe('http://127.0.0.1:1');
  expect(await apiUrl({ MILLRACE_PROFILE: 'default' })).toBe('http://127.0.0.1:2');

  const listed = await millrace('profile ls', { MILLRACE_PROFILE: 'default' });
  expect(rowsOf(listed.stdout)).toEqual([
    'NAME | ACTIVE | SETTINGS',
    'default | - | MILLRACE_API_URL, MILLRACE_LOG_LEVEL',
    'work | yes | MILLRACE_API_URL, MILLRACE_DATABASE_URL, MILLRACE_LOG_LEVEL',
    '',
  ]);
  expect(listed.stderr).toBe("MILLRACE_PROFILE picks 'default' instead of the active one.\n");
  expect((await millrace('profile inspect work')).stdout).toMatch(/\nMILLRACE_DATABASE_URL: +postgres:\/\/app:\*\*\*@/);
  expect(JSON.parse((await millrace('profile inspect work --json')).stdout)).toEqual({
    ...{ name: 'work', file, isActive: true },
    settings: {
      MILLRACE_API_URL: 'http://127.0.0.1:1',
      MILLRACE_DATABASE_URL: 'postgres://app:***@db:5432/millrace',
      MILLRACE_LOG_LEVEL: 'debug',
    },
  });

  expect(await millrace('profile delete work')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: "error: profile 'work' is the active one\nUse another one first: millrace profile use NAME\n",
  });
  expect(await millrace('profile delete default')).toMatchObject({
    exitCode: 0,
    stdout: "Deleted profile 'default'.\n",
  });
  expect(await stored()).toMatchObject({ active: 'work', profiles: { work: {} } });
});

test.each([
  ['config set api_ulr=http://a', 'api_ulr is no setting: did you mean MILLRACE_API_URL?', 2],
  ['config set log_level=debug log_level=loud', 'MILLRACE_LOG_LEVEL=loud: one of trace,', 2],
  ['config set database_url=app:s3cret@db', 'MILLRACE_DATABASE_URL: a URL such as postgres://', 2],
  [`config set ${database}`, 'argument 1: NAME=VALUE is needed', 2],
  [`config set database_url ${database}?a=b`, 'argument 1: NAME=VALUE is needed', 2],
  [`config set log_level=info ${database}?a=b`, 'what stands in the place of a name is no setting', 2],
  ['config set log_level=', 'MILLRACE_LOG_LEVEL: a value is needed\nTo take it out: millrace config unset', 2],
  ['config set home=/elsewhere', "MILLRACE_HOME can't stand in a profile: it says where the profiles are", 2],
  ['config unset colour', 'colour is no setting: there are MILLRACE_HOME,', 2],
  ['profile create a/b', "the name of a profile must not contain '/': 'a/b'", 2],
  ['profile create default', "there is already a profile 'default'", 1],
  ['profile create work --from defautl', "there is no profile 'defautl' in", 1],
  ['profile use defautl', "did you mean 'default'?\nSee which there are: millrace profile ls", 1],
  ['profile inspect work', "there is no profile 'work' in", 1],
  ['profile delete work', "there is no profile 'work' in", 1],
])('%s: %s, and nothing is written', async (line, message, exitCode) => {
  const { home, millrace } = await setup();
  const outcome = await millrace(line);
  expect(outcome.stderr).toContain(message);
  expect(outcome.stderr).not.toMatch(/s3cret| {4}at /);
  expect(outcome).toMatchObject({ exitCode, stdout: '' });
  expect(await readdir(home)).toEqual([]);
});

test('a broken file is named, and never written over; help and usage do not read it', async () => {
  const text = '{ "active": "default", "profiles": { "default": { "MILLRACE_DATABASE_URL": "postgres://a:s3cret@db" }';
  const { file, millrace } = await setup(text);
  for (const line of [
    'work-queue ls',
    'agent start default',
    'config view',
    'config set log_level=debug',
    'profile ls',
  ]) {
    const outcome = await millrace(line);
    expect(outcome).toMatchObject({ exitCode: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/^error: .*profiles\.json: it is no valid JSON.*\n$/);
    expect(outcome.stderr).toContain(file);
    expect(outcome.stderr).not.toContain('s3cret');
  }
  expect(await readFile(file, 'utf8')).toBe(text);
  expect(await millrace('--help')).toMatchObject({ exitCode: 0, stderr: '' });
  expect((await millrace('work-queue lst')).stderr).toContain("Did you mean 'millrace work-queue ls'?");
});

test('what stands in a profile and can not be used stops what needs it, and can be mended', async () => {
  const values = { MILLRACE_LOG_LEVEL: 'loud', MILLRACE_API_ULR: 'http://u:s3cret@a' };
  const { file, millrace, stored } = await setup(JSON.stringify({ active: 'a', profiles: { a: values } }));
  expect(await millrace('work-queue ls')).toMatchObject({
    exitCode: 2,
    stderr: `error: MILLRACE_API_ULR in profile 'a' of ${file} is no setting: did you mean MILLRACE_API_URL?\n`,
  });
  const view = await millrace('config view');
  expect(view).toMatchObject({ exitCode: 0 });
  expect(view.stderr).toMatch(/^warning: MILLRACE_LOG_LEVEL: one of trace, .*\nwarning: MILLRACE_API_ULR can't stand /);
  expect(JSON.parse((await millrace('profile inspect a --json')).stdout)).toMatchObject({
    settings: { MILLRACE_LOG_LEVEL: 'loud', MILLRACE_API_ULR: '***' },
  });
  await millrace('config unset MILLRACE_API_ULR');
  expect(await millrace('version')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(`error: MILLRACE_LOG_LEVEL=loud in profile 'a' of ${file}: one of trace,`),
  });
  await millrace('config set log_level=info');
  expect(await millrace('version')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await stored()).toEqual({ active: 'a', profiles: { a: { MILLRACE_LOG_LEVEL: 'info' } } });
});

test('a variable that nothing reads, and a profile that is not there, are told', async () => {
  const { file, millrace } = await setup();
  expect(await millrace('config view', { MILLRACE_API_ULR: 'http://a' })).toMatchObject({
    exitCode: 0,
    stderr: 'warning: MILLRACE_API_ULR is no setting and has no effect: did you mean MILLRACE_API_URL?\n',
  });
  expect(await millrace('version', { MILLRACE_PROFILE: 'work' })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `error: MILLRACE_PROFILE: there is no profile 'work' in ${file}: there is 'default'\n`,
  });
});
