import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { promisify } from 'node:util';
import { expect, inject, onTestFinished, test } from 'vitest';
import { flowFile, setup, start } from './dev-project.ts';

const wholeFlow = flowFile('one').replace("import { other } from './word.ts';", "const other = 'a';");

/** A project with a home of its own on the common Postgres. */
async function project() {
  const { home, at, write } = await setup();
  const schema = `cli_${crypto.randomUUID().replaceAll('-', '')}`;
  const environment = {
    MILLRACE_HOME: home,
    MILLRACE_DATABASE_URL: inject('postgresUrl'),
    MILLRACE_DATABASE_SCHEMA: schema,
  };
  return { at, write, environment };
}

/** The same, of a YAML file and the script that it names. */
async function yamlProject(script: string) {
  const made = await project();
  await mkdir(made.at('flows'));
  await made.write('deploy.yaml', 'name: dev\nflow: { path: ./flows/hello.ts }\n');
  await made.write('flows/hello.ts', script);
  return made;
}

test('the script that a YAML file names is watched too, also while it throws', async () => {
  const { at, write, environment } = await yamlProject(`throw new Error('not yet');`);
  const dev = start(['dev', at('deploy.yaml'), '--port', '0'], environment);
  await dev.says(/^error: .*hello\.ts failed while it was loaded: not yet$/m, 'stderr');
  await dev.says(/^Waiting for the next change…$/m);
  await write('flows/hello.ts', wholeFlow);
  await dev.says(/^Changed: \S+hello\.ts\nCreated deployment 'hello\/dev'\.$/m);
  dev.child.kill('SIGINT');
  expect((await dev.outcome).exitCode).toBe(0);
});

test('a script that changes while it is loaded for the first time is loaded again', async () => {
  const { at, environment } = await yamlProject(`import { writeFileSync } from 'node:fs';
writeFileSync(import.meta.filename, ${JSON.stringify(wholeFlow)});
throw new Error('not yet');
`);
  const dev = start(['dev', at('deploy.yaml'), '--port', '0'], environment);
  await dev.says(/^Changed: \S+hello\.ts\nCreated deployment 'hello\/dev'\.$/m);
});

test('what a file imports since it was looked through is watched, though it was not watched then', async () => {
  const { at, write, environment } = await project();
  await write('word.ts', `export const other = 'a';`);
  await write('hello.ts', `import './gate.ts';`);
  await promisify(execFile)('mkfifo', [at('gate.ts')]);
  const dev = start(['dev', at('hello.ts'), '--port', '0'], environment);
  // Opened when it is read, which comes after hello.ts was; and whoever reads it waits until it is closed.
  const gate = await open(at('gate.ts'), 'w');
  await write('hello.ts', flowFile('one'));
  await gate.close();
  await dev.says(/^Created deployment 'hello\/dev'\.$/m);
  await write('word.ts', `export const other = 'b';`);
  await dev.says(/^Changed: \S+word\.ts\nUpdated deployment 'hello\/dev' to version 2\.$/m);
});

/** A way to a server, on which requests for pages are never answered. */
async function pagelessWay(url: string): Promise<string> {
  const way = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (first) => {
      if (String(first).startsWith('GET ')) return;
      const up = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => socket.destroy());
      up.write(first);
      socket.pipe(up).pipe(socket);
    });
  });
  onTestFinished(() => void way.close());
  await once(way.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(way.address() as AddressInfo).port}`;
}

test('what to do next is said as soon as the first load has ended, however slowly the server says whether it has pages', async () => {
  const { at, write, environment } = await project();
  await write('hello.ts', `throw new Error('not yet');`);
  const server = start(['server', 'start', '--port', '0'], environment);
  const [, url = ''] = await server.says(/Millrace server at (\S+)\. /);
  const dev = start(['dev', at('hello.ts')], {
    ...environment,
    MILLRACE_DEPLOYMENTS_URL: await pagelessWay(url),
    MILLRACE_ORCHESTRATOR_URL: url,
    MILLRACE_SCHEDULER_URL: url,
  });
  await dev.says(/^Waiting for the next change…$/m);
  await write('hello.ts', wholeFlow);
  await dev.says(/^Created deployment 'hello\/dev'\.$/m);
  expect(dev.said.stdout).toMatch(
    /^Waiting for the next change…\n\nEvery change .*\n\nChanged: \S+hello\.ts\nCreated deployment 'hello\/dev'\.$/m,
  );
});
