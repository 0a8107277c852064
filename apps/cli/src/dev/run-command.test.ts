import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand } from './run-command.ts';

const usual = 'http://127.0.0.1:4200';
const other = 'http://127.0.0.1:4300';

test.each([
  ['no profiles', undefined, usual, ''],
  ['no profiles', undefined, other, `MILLRACE_API_URL=${other} `],
  ['a profile with that address', { MILLRACE_API_URL: other }, other, ''],
  ['a profile with another address', { MILLRACE_API_URL: other }, usual, `MILLRACE_API_URL=${usual} `],
  [
    'a profile with another address for one app',
    { MILLRACE_SCHEDULER_URL: other },
    usual,
    `MILLRACE_API_URL=${usual} `,
  ],
  ['a profile that can not be used', { MILLRACE_API_URL: 'nowhere' }, usual, `MILLRACE_API_URL=${usual} `],
])('with %s (%j), the command that runs a deployment at %s says %j first', async (_, values, url, prefix) => {
  const home = await mkdtemp(join(tmpdir(), 'millrace-run-command-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const profiles = JSON.stringify({ active: 'a', profiles: { a: values } });
  if (values) await writeFile(join(home, 'profiles.json'), profiles);
  // What is set in this terminal alone is of no use in another one.
  const environment = { MILLRACE_HOME: home, MILLRACE_API_URL: url, MILLRACE_PROFILE: 'b' };
  const command = `${prefix}npx millrace deployment run 'f/Every day'`;
  expect(runCommand('f/Every day', url, environment)).toBe(command);
});
