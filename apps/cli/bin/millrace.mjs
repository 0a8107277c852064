#!/usr/bin/env node
// Starts the command line on the Node that it is made for, whichever one npm found for this file.
import { spawn } from 'node:child_process';
import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const { folder, node } = pinnedNode();
const compileCache = process.env.NODE_COMPILE_CACHE ?? (folder && join(dirname(folder), '.cache', 'node-compile'));

if (Number(process.versions.node.split('.')[0]) >= 26) {
  if (compileCache) nodeModule.enableCompileCache(compileCache);
  await import('../src/main.ts');
} else if (node === undefined) {
  process.stderr.write(`millrace needs Node 26 or newer; this is ${process.version}.\n`);
  process.exit(1);
} else {
  runInChild();
}

function runInChild() {
  const environment = { ...process.env, NODE_COMPILE_CACHE: compileCache };
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit', env: environment });
  child.once('error', (error) => {
    process.stderr.write(`${node} can't be run: ${error.message}\n`);
    process.exit(1);
  });
  // A terminal sends Ctrl-C to the child itself; a second one from here would count as the user's second.
  const atTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  process.on('SIGINT', () => atTerminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function pinnedNode() {
  const require = nodeModule.createRequire(import.meta.url);
  const platform = `${process.platform}-${process.arch}`;
  for (const name of [`node-${platform}`, `node-bin-${platform}`]) {
    try {
      const folder = dirname(require.resolve(`${name}/package.json`));
      return { folder, node: join(folder, 'bin', 'node') };
    } catch {}
  }
  return {};
}
