import { once } from 'node:events';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { createServer } from 'node:http';
import { expect, inject, onTestFinished, test } from 'vitest';
import { flowFile, setup, start } from './dev-project.ts';
import { runMillrace } from './run-millrace.ts';

/** Processes whose command line or environment names the folder. */
async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    const texts = await Promise.all(['cmdline', 'environ'].map(read));
    if (texts.some((text) => text.includes(folder))) found.push(`${pid} ${texts[0]}`);
  }
  return found;
}

test('in an empty home: what is edited is deployed, the next run says it, and nothing is left behind', async () => {
  const { home, at, write } = await setup();
  await write('hello.ts', flowFile('one'));
  await write('word.ts', `export const other = 'a';`);
  const dev = start(['dev', at('hello.ts'), '--port', '0'], { MILLRACE_HOME: home });
  const [, url = ''] = await dev.says(/^Server at (\S+)$/m);
  await dev.says(/^Created work queue 'default'; it serves every deployment\.$/m);
  await dev.says(/^Created deployment 'hello\/dev'\.$/m);
  await dev.says(/^ +MILLRACE_API_URL=\S+ npx millrace deployment run hello\/dev$/m);
  const run = () => runMillrace(['deployment', 'run', 'hello/dev'], { MILLRACE_API_URL: url });
  const printed = (words: string) =>
    new RegExp(`Z +(\\S+) {2}Running\\n[\\s\\S]* \\1 {2}\\| ${words}\\n[\\s\\S]* \\1 {2}Completed\\n`);

  await run();
  await dev.says(printed('one a'));

  await write('hello.ts', flowFile('two'));
  await dev.says(/^Changed: \S+hello\.ts\nUpdated deployment 'hello\/dev' to version 2\.$/m);
  await run();
  await dev.says(printed('two a'));

  // As editors do it.
  await write('.word.ts.tmp', `export const other = 'b';`);
  await rename(at('.word.ts.tmp'), at('word.ts'));
  await dev.says(/^Changed: \S+word\.ts\nUpdated deployment 'hello\/dev' to version 3\.$/m);
  await run();
  await dev.says(printed('two b'));

  await write('hello.ts', flowFile('three').replace('hello: unknown', 'hello: '));
  await dev.says(
    /^error: .*hello\.ts failed while it was loaded: .*\n +at .*hello\.ts:3\n[\s\S]*^const hello: /m,
    'stderr',
  );
  await dev.says(/^Waiting for the next change…$/m);
  await write('hello.ts', flowFile('three').replace('./word.ts', './new/word.ts'));
  await dev.says(/^error: .*Cannot find module .*new\/word\.ts/m, 'stderr');
  await dev.says(/^Waiting for the next change…$/m);
  await mkdir(at('new'));
  await dev.says(/^Waiting for the next change…$/m);
  await write('new/word.ts', `export const other = 'c';`);
  await dev.says(/^Updated deployment 'hello\/dev' to version 4\.$/m);
  await write('new/word.ts', `export const other = 'c';`);
  await dev.says(/^Deployment 'hello\/dev' is unchanged \(version 4\)\.$/m);
  await run();
  await dev.says(printed('three c'));

  dev.child.kill('SIGINT');
  const { exitCode, stdout, stderr } = await dev.outcome;
  expect(stderr).toMatch(/^Stopping…$/m);
  expect(stdout).not.toContain('lost');
  expect(exitCode).toBe(0);
  expect(await processesOf(home)).toEqual([]);
}, 120_000);

test('a server that is there is used, waited for when it is gone, and left running; --json gives an event per line', async () => {
  const { home, at, write } = await setup();
  await write('hello.ts', 'throw new Error("not yet");');
  await write('word.ts', `export const other = 'a';`);
  const schema = `cli_${crypto.randomUUID().replaceAll('-', '')}`;
  const environment = { MILLRACE_HOME: home, MILLRACE_DATABASE_SCHEMA: schema };
  const serve = (port: string) =>
    start(['server', 'start', '--port', port, '--database-url', inject('postgresUrl')], environment);
  const first = serve('0');
  const [, url = ''] = await first.says(/Millrace server at (\S+)\. /);

  const dev = start(['dev', at('hello.ts'), '--json'], { ...environment, MILLRACE_API_URL: url });
  const tells = async (pattern: RegExp) => JSON.parse((await dev.says(pattern))[0]);
  expect(await tells(/^\{"event":"server".*$/m)).toEqual({ event: 'server', url, started: false });
  expect(await tells(/^.*"error: .*$/m)).toMatchObject({ event: 'loading', line: expect.stringMatching(/not yet$/) });
  await tells(/^\{"event":"notDeployed"\}$/m);

  await write('hello.ts', flowFile('one'));
  expect(await tells(/^\{"event":"deployment".*$/m)).toMatchObject({
    name: 'hello/dev',
    outcome: 'created',
    version: 1,
  });

  first.child.kill('SIGKILL');
  await tells(/^\{"event":"connectionLost".*$/m);
  const second = serve(new URL(url).port);
  await tells(/^\{"event":"connectionRestored".*$/m);
  expect(await tells(/^\{"event":"deployment".*$/m)).toMatchObject({
    name: 'hello/dev',
    outcome: 'unchanged',
    version: 1,
  });
  await runMillrace(['deployment', 'run', 'hello/dev'], { MILLRACE_API_URL: url });
  expect(await tells(/^\{"event":"log".*$/m)).toMatchObject({ logger: 'console', message: 'one a' });
  expect(await tells(/^\{"event":"state".*"name":"Completed".*$/m)).toMatchObject({ type: 'STATE_TYPE_COMPLETED' });

  dev.child.kill('SIGINT');
  expect(await dev.outcome).toMatchObject({ exitCode: 0 });
  const listed = await runMillrace(['work-queue', 'ls', '--json'], { MILLRACE_API_URL: url });
  expect(JSON.parse(listed.stdout)).toMatchObject({ workQueues: [{ name: 'default' }] });
  second.child.kill('SIGINT');
  await second.outcome;
}, 120_000);

test.each([['dev'], ['server start']])(
  '%s tells of a port that another program has before it makes a database',
  async (command) => {
    const { home, at, write } = await setup();
    await write('hello.ts', flowFile('one'));
    const other = createServer((_, response) => void response.writeHead(404).end()).listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const files = command === 'dev' ? [at('hello.ts')] : [];
    const line = [...command.split(' '), ...files, '--port', port];
    const { exitCode, stderr } = await runMillrace(line, { MILLRACE_HOME: home });
    expect(stderr).toBe(
      `error: can't listen on 127.0.0.1:${port}: another program listens there; stop it, or choose another port with --port\n`,
    );
    expect(exitCode).toBe(1);
    await expect(readdir(home)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);

test.each([
  ['not-there.ts', {}, /^error: there is no file .*not-there\.ts\n$/],
  ['package.json', {}, /^error: .*package\.json: a TypeScript, JavaScript or YAML file is needed/],
  [
    'hello.ts',
    { MILLRACE_API_URL: 'https://127.0.0.1:1' },
    /^error: no Millrace server answers at https:.*\nOne is started/,
  ],
])('dev %s with %j is refused before anything is started', async (file, environment, message) => {
  const { home, at, write } = await setup();
  await write('hello.ts', flowFile('one'));
  const { exitCode, stdout, stderr } = await runMillrace(['dev', at(file)], { MILLRACE_HOME: home, ...environment });
  expect(stderr).toMatch(message);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
});
