// node tools/bootstrap.mjs <script or command> [arguments]
//
// The way into everything here from a fresh clone: needs Node 20 and npm, nothing else. Installs what package-lock.json
// names if that was not done yet, then runs the script, or the command of a dependency, on the pinned Node.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.millrace-installed');

const [target, ...args] = process.argv.slice(2);
if (target === undefined) fail('usage: node tools/bootstrap.mjs <script or command> [arguments]', 2);

const installed = installIfNeeded();
const node = pinnedNode();
process.env.PATH = [dirname(node), join(modules, '.bin'), process.env.PATH].join(delimiter);
process.env.NODE_COMPILE_CACHE ??= join(modules, '.cache', 'node-compile');

const script = resolve(target);
const isScript = existsSync(script);
const isPinnedNode = realpathSync(process.execPath) === realpathSync(node);
if (isScript && isPinnedNode && !installed) await runHere();
else if (isScript) runInChild(node, [script, ...args]);
else runInChild(join(modules, '.bin', target), args);

/** One process less to pass signals on to. */
async function runHere() {
  nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  process.argv = [process.argv[0], script, ...args];
  await import(pathToFileURL(script).href);
}

function runInChild(file, childArgs) {
  const child = spawn(file, childArgs, { stdio: 'inherit' });
  child.once('error', (error) => fail(`${file} can't be run: ${error.message}`, 1));
  // A terminal sends Ctrl-C to every process in the foreground: the child has it already, and how it ends is its own
  // matter. Without a terminal it is passed on, as SIGTERM and SIGHUP always are.
  const atTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  process.on('SIGINT', () => atTerminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** @returns whether anything was installed */
function installIfNeeded() {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const stamp = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false;
  const isNeeded = !isInstalled(JSON.parse(lock));
  if (isNeeded) install();
  writeFileSync(stampFile, stamp);
  return isNeeded;
}

/** Whether node_modules is what the lockfile says, by the list that npm itself leaves there. */
function isInstalled(lock) {
  const listFile = join(modules, '.package-lock.json');
  if (!existsSync(listFile)) return false;
  const { packages: present } = JSON.parse(readFileSync(listFile, 'utf8'));
  return Object.entries(lock.packages).every(([path, { version, link, optional }]) => {
    if (!path.includes('node_modules/')) return true;
    const found = present[path];
    return found ? found.version === version && found.link === link : optional === true;
  });
}

function install() {
  const why = existsSync(modules) ? 'package-lock.json changed' : 'first start';
  process.stderr.write(`Installing dependencies (${why}; this takes a minute or so) …\n`);
  const began = Date.now();
  const options = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // What runs this under `npm start` is npm itself; otherwise the one on the PATH is taken.
  const npm = process.env.npm_execpath;
  const [file, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const { status, error } = spawnSync(file, [...first, ...options], { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) fail(`npm can't be run: ${error.message}`, 1);
  if (status !== 0) fail('The dependencies could not be installed: see above.', status ?? 1);
  process.stderr.write(`Installed in ${((Date.now() - began) / 1000).toFixed(0)} s.\n`);
}

/** The Node that package.json pins: an npm package per platform, each with nothing but bin/node. */
function pinnedNode() {
  const platform = `${process.platform}-${process.arch}`;
  for (const name of [`node-${platform}`, `node-bin-${platform}`]) {
    try {
      return join(
        dirname(nodeModule.createRequire(join(root, 'package.json')).resolve(`${name}/package.json`)),
        'bin',
        'node',
      );
    } catch {}
  }
  if (Number(process.versions.node.split('.')[0]) >= 26) return process.execPath;
  return fail(
    `npm has no Node 26 for this platform (${platform}): install Node 26 or newer and start again with it.`,
    1,
  );
}

function fail(message, code) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
