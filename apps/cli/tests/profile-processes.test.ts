import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { runMillrace, startMillrace } from './run-millrace.ts';

/** Starts what goes on until it is stopped; gives the first line that it prints, as JSON. */
async function startAndRead(line: readonly string[], environment: Readonly<Record<string, string>>) {
  const { child, outcome } = startMillrace([...line, '--json'], environment);
  onTestFinished(() => void child.kill('SIGKILL'));
  const text = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', resolve);
    outcome.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
  return { child, outcome, said: JSON.parse(text) as Readonly<Record<string, string>> };
}

test('a server and an agent that the command line starts are set up by the profile', async () => {
  const home = await mkdtemp(join(tmpdir(), 'millrace-profile-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const environment = { MILLRACE_HOME: home };
  const millrace = (...line: string[]) => runMillrace(line, environment);
  const schema = `cli_${crypto.randomUUID().replaceAll('-', '')}`;
  await millrace(
    'config',
    'set',
    `database_url=${inject('postgresUrl')}`,
    `database_schema=${schema}`,
    'log_level=debug',
  );

  const server = await startAndRead(['server', 'start', '--port', '0'], environment);
  // Its own Postgres would be there.
  expect(await readdir(home)).toEqual(['profiles.json']);
  await millrace('config', 'set', `api_url=${server.said.url}`);

  const agent = await startAndRead(['agent', 'start', 'default', '--name', 'by profile'], environment);
  expect(JSON.parse((await millrace('agent', 'ls', '--json')).stdout)).toMatchObject({
    agents: [{ id: agent.said.id, name: 'by profile', workQueueNames: ['default'] }],
  });
  for (const { child, outcome } of [agent, server]) {
    child.kill('SIGINT');
    expect((await outcome).exitCode).toBe(0);
  }
  // At its own default of "warn" it says nothing of that kind.
  expect((await agent.outcome).stderr).toMatch(/"level":[23]0/);
});
