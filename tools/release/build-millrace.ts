import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { millraceVersion } from '@millrace/settings/version';
import { build, type Plugin } from 'esbuild';
import { writeDeclarations } from './declarations.ts';

const root = join(import.meta.dirname, '..', '..');
const sdk = join(root, 'libs', 'sdk', 'src');

/** What we publish works on this Node and later ones: the first that has `module.registerHooks`. */
export const oldestNode = '22.15.0';

/**
 * Where modules come to lie: all in one folder, beside the chunks that they share, since some find their neighbours by
 * their own addresses: the engine's `main`, the worker that keeps a holder, the folder of the warm-up.
 */
const entryPoints: Readonly<Record<string, string>> = {
  index: join(sdk, 'index.ts'),
  client: join(sdk, 'client', 'index.ts'),
  engine: join(sdk, 'engine', 'index.ts'),
  testing: join(sdk, 'testing.ts'),
  main: join(sdk, 'engine', 'main.ts'),
  'keep-holder-worker': join(sdk, 'engine', 'keep-holder-worker.ts'),
  cli: join(root, 'apps', 'cli', 'src', 'main.ts'),
  'disposable-stack': 'core-js/actual/async-disposable-stack',
};

// Loaded only where they are used; the server is a package of its own.
const external = ['@millrace/server', 'esbuild', 'typescript', 'ts-json-schema-generator', '@aws-sdk/*'];

/** Makes the package `millrace` in `folder`: SDK, command line and agent as JavaScript for Node 22. */
export async function buildMillrace(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const outdir = join(folder, 'dist');
  await mkdir(outdir, { recursive: true });
  const shared = {
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    sourcemap: false,
    legalComments: 'none',
    logLevel: 'warning',
    keepNames: true,
  } as const;
  await build({
    ...shared,
    entryPoints,
    outdir,
    splitting: true,
    chunkNames: 'chunks-[hash]',
    external,
    plugins: [warmUpStaysOutside, constraintsStayOutside],
    banner: { js: requireForCommonJs },
  });
  await build({
    ...shared,
    entryPoints: [join(sdk, 'engine', 'warm-up', 'flow.ts')],
    outfile: join(outdir, 'warm-up', 'flow.js'),
    external: ['millrace'],
  });
  const [index, client, browser, engine, testing] = await writeDeclarations(
    ['index', 'client/index', 'client/browser', 'engine/index', 'testing'].map((name) => `libs/sdk/src/${name}.ts`),
    join(folder, 'types'),
  );
  await build({
    ...shared,
    entryPoints: [join(sdk, 'client', 'browser.ts')],
    outfile: join(outdir, 'client-browser.js'),
    platform: 'browser',
    plugins: [constraintsStayOutside],
  });
  await writeFile(join(folder, 'main.js'), starter);
  await chmod(join(folder, 'main.js'), 0o755);
  await writeFile(
    join(folder, 'package.json'),
    `${JSON.stringify(await packageJson({ index, client, browser, engine, testing }), null, 2)}\n`,
  );
  await cp(join(root, 'README.md'), join(folder, 'README.md'));
  await cp(join(root, 'libs', 'sdk', 'deployment.schema.json'), join(folder, 'deployment.schema.json'));
}

// It is imported as a user's flow would be, so it must not become part of the engine.
const warmUpStaysOutside: Plugin = {
  name: 'warm-up stays outside',
  setup(build) {
    build.onResolve({ filter: /\/warm-up\/flow\.ts$/ }, () => ({ path: './warm-up/flow.js', external: true }));
  },
};

// Servers alone check the constraints in the contract; what describes them is a third of what a command would load. The file
// is still there by its name, for those that import it.
const constraintsStayOutside: Plugin = {
  name: 'constraints stay outside',
  setup(build) {
    const file = Buffer.from('\x0a\x1bbuf/validate/validate.proto\x12\x0cbuf.validate').toString('base64');
    build.onResolve({ filter: /\/buf\/validate\/validate_pb(\.js)?$/ }, ({ resolveDir }) => ({
      path: 'validate',
      namespace: 'constraints',
      pluginData: resolveDir,
    }));
    build.onLoad({ filter: /.*/, namespace: 'constraints' }, ({ pluginData }) => ({
      contents: `import { fileDesc } from '@bufbuild/protobuf/codegenv2';
        export const file_buf_validate_validate = fileDesc('${file}');`,
      resolveDir: pluginData as string,
    }));
  },
};

// What of our dependencies is CommonJS still wants it.
const requireForCommonJs =
  "import { createRequire as millraceRequire } from 'node:module'; const require = millraceRequire(import.meta.url); const __dirname = import.meta.dirname;";

const starter = `#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
enableCompileCache();
// Node 22 has none.
if (!globalThis.AsyncDisposableStack) await import('./dist/disposable-stack.js');
await import('./dist/cli.js');
`;

async function packageJson(types: Readonly<Record<string, string | undefined>>): Promise<object> {
  const versions = await versionsOf('libs/sdk', 'libs/rpc', 'libs/packaging');
  const pick = (...names: string[]) =>
    Object.fromEntries(
      names.map((name) => {
        const version = versions.get(name);
        if (version === undefined) throw new Error(`no workspace depends on ${name} any more`);
        return [name, version];
      }),
    );
  return {
    name: 'millrace',
    version: millraceVersion,
    description: 'Flows, deployments, and what runs them: SDK, command line and agent',
    license: 'Apache-2.0',
    type: 'module',
    engines: { node: `>=${oldestNode}` },
    bin: { millrace: './main.js' },
    exports: {
      '.': { types: `./types/${types.index}`, default: './dist/index.js' },
      './client': {
        browser: { types: `./types/${types.browser}`, default: './dist/client-browser.js' },
        default: { types: `./types/${types.client}`, default: './dist/client.js' },
      },
      './engine': { types: `./types/${types.engine}`, default: './dist/engine.js' },
      './testing': { types: `./types/${types.testing}`, default: './dist/testing.js' },
      './deployment.schema.json': './deployment.schema.json',
      './package.json': './package.json',
    },
    files: ['dist', 'types', 'main.js', 'deployment.schema.json', 'README.md'],
    // The first two for their types; their code is in the bundle.
    dependencies: pick('@bufbuild/protobuf', '@connectrpc/connect', 'esbuild'),
    peerDependencies: { '@millrace/server': millraceVersion, ...pick('@aws-sdk/client-s3') },
    peerDependenciesMeta: { '@millrace/server': { optional: true }, '@aws-sdk/client-s3': { optional: true } },
  };
}

async function versionsOf(...workspaces: string[]): Promise<Map<string, string>> {
  const versions = new Map<string, string>();
  for (const workspace of workspaces) {
    const text = await readFile(join(root, workspace, 'package.json'), 'utf8');
    const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
    for (const [name, version] of Object.entries(dependencies)) versions.set(name, version);
  }
  return versions;
}
