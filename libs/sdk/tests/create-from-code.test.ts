import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { loadDeployments } from '../src/index.ts';
import { playedDeployments } from './played-deployments.ts';
import { temporaryFiles } from './temporary-files.ts';

const sdk = JSON.stringify(new URL('../src/index.ts', import.meta.url).href);
const bridge = {
  'package.json': '{ "type": "module" }',
  'node_modules/millrace/package.json': '{"type":"module","exports":"./index.js"}',
  'node_modules/millrace/index.js': `export * from ${sdk};`,
};

/** Runs a program of a user's against a server, and gives what it printed. */
async function runProgram(path: string, url: string): Promise<string> {
  const env = { ...process.env, MILLRACE_API_URL: url };
  const { stdout } = await promisify(execFile)(process.execPath, [path], { env });
  return stdout.trim();
}

describe('a program creates its deployments itself', () => {
  test.each<[string, Record<string, string>]>([
    [
      'of a flow of its own',
      {
        'main.ts': `import { deployment, flow } from 'millrace';
const hello = flow('hello', async () => {});
const created = await deployment({ flow: hello, name: 'daily' }).create();
console.log(created?.deployment.name);`,
      },
    ],
    [
      'of a flow of another file',
      {
        'main.ts': `import { deployment } from 'millrace';
import { hello } from './flows/hello.ts';
console.log((await deployment({ flow: hello, name: 'daily' }).create())?.deployment.name);`,
        'flows/hello.ts': `import { flow } from 'millrace';\nexport const hello = flow('hello', async () => {});`,
      },
    ],
    [
      'of a FlowScript, by a client of its own',
      {
        'main.ts': `import { deployment, FlowScript, MillraceClient } from 'millrace';
using client = new MillraceClient({ actor: 'me' });
const spec = deployment({ flow: new FlowScript({ path: './flows/hello.ts' }), name: 'daily' });
console.log((await client.createDeployment(spec)).deployment.name);`,
        'flows/hello.ts': `import { flow } from 'millrace';\nexport const hello = flow('hello', async () => {});`,
      },
    ],
  ])('%s', async (_name, files) => {
    await using server = await playedDeployments();
    await using folder = await temporaryFiles({ ...bridge, ...files });
    expect(await runProgram(folder.in('main.ts'), server.url)).toBe('daily');
    const [request] = server.applied.flatMap(({ deployments }) => deployments);
    expect(request).toMatchObject({ name: 'daily', flow: { case: 'flowName', value: 'hello' } });
    expect(server.documents.size).toBe(1);
  });

  test('but not while it is being loaded for them', async () => {
    await using folder = await temporaryFiles({
      ...bridge,
      'main.ts': `import { deployment, flow } from 'millrace';
await deployment({ flow: flow('hello', async () => {}), name: 'daily' }).create();`,
    });
    const warnings: string[] = [];
    const loaded = await loadDeployments(folder.in('main.ts'), { warn: (warning) => warnings.push(warning) });
    expect(loaded.map(({ name }) => name)).toEqual(['daily']);
    expect(warnings).toEqual([expect.stringContaining("creates the deployment 'daily' at its top level")]);
  });
});

test('a package that there is already is deployed as it is', async () => {
  await using server = await playedDeployments();
  const document = '0'.repeat(64);
  await using folder = await temporaryFiles({
    ...bridge,
    'main.ts': `import { deployment, PackageManifest } from 'millrace';
const flow = new PackageManifest({ type: 'database', flow_name: 'hello', serializer: 'source', document: '${document}' });
console.log((await deployment({ flow }).create())?.deployment.name);`,
  });
  expect(await runProgram(folder.in('main.ts'), server.url)).toBe('hello');
  const blob = server.applied[0]?.deployments[0]?.flowData?.blob ?? new Uint8Array();
  expect(JSON.parse(new TextDecoder().decode(blob))).toEqual({
    type: 'database',
    flow_name: 'hello',
    serializer: 'source',
    document,
  });
  expect(server.documents.size).toBe(0);
});

test('the client of browsers is one bundle without anything of Node’s, and works with fetch', async () => {
  await using server = await playedDeployments();
  await using folder = await temporaryFiles({});
  const outfile = folder.in('client.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../src/client/browser.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  const { MillraceClient } = (await import(outfile)) as typeof import('../src/client/browser.ts');
  using client = new MillraceClient({ urls: server.url });
  const names = await Array.fromAsync(client.allDeployments(), ({ name }) => name);
  expect(names).toEqual(Array.from({ length: 450 }, (_, i) => `d${i}`));
});
