// node tools/lockfile.mjs [--check]
//
// Completes package-lock.json after `npm install`; with --check only says what is wrong with it.
//
// A registry may lack the packages that a dependency offers for other platforms. npm leaves them out of the lockfile
// then, and `npm ci` finds it out of step with the dependency's own list. An entry that says no more than which
// platform it is for satisfies `npm ci` and is never installed here. Addresses are removed: they name one registry.
// What only `npm install` can put right, a package.json that has changed since, is said too.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

const root = join(import.meta.dirname, '..');
const path = join(root, 'package-lock.json');
const check = process.argv.includes('--check');

const before = readFileSync(path, 'utf8');
const lock = JSON.parse(before);
const findings = [...addMissing(lock.packages), ...removeAddresses(lock.packages)];
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));

const stale = workspaces().filter((location) => !isInStep(location));

for (const finding of findings) console.log(finding);
if (!check && findings.length > 0) writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`);
for (const location of stale) console.log(`${join(location, 'package.json')}: changed since the last \`npm install\``);
if (stale.length > 0 || (check && findings.length > 0)) {
  const remedy = stale.length > 0 ? 'npm install && node tools/lockfile.mjs' : 'node tools/lockfile.mjs';
  console.log(`package-lock.json is not what \`npm ci\` accepts: run \`${remedy}\`.`);
  process.exitCode = 1;
}

/** The folders with a package.json of ours, from the root; '' is the root. */
function workspaces() {
  const { workspaces: patterns = [] } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const folders = patterns.flatMap((pattern) => {
    const parent = pattern.replace(/\/\*$/, '');
    return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
  });
  return ['', ...folders.filter((folder) => existsSync(join(root, folder, 'package.json')))];
}

/** Whether the lockfile has the same dependencies as that package.json. */
function isInStep(location) {
  const manifest = JSON.parse(readFileSync(join(root, location, 'package.json'), 'utf8'));
  const locked = lock.packages[location] ?? {};
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  return (
    location in lock.packages && kinds.every((kind) => isDeepStrictEqual({ ...manifest[kind] }, { ...locked[kind] }))
  );
}

function addMissing(packages) {
  const added = [];
  for (const [location, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isLocked(packages, location, name)) continue;
      packages[`node_modules/${name}`] = { version, optional: true, ...platformOf(name) };
      added.push(`${name}@${version}: for another platform, not in the registry`);
    }
  }
  return added;
}

/** Whether the package at that place finds the dependency, there or in a folder above. */
function isLocked(packages, location, name) {
  const folders = location.split('/');
  for (let depth = folders.length; depth >= 0; depth--) {
    const folder = folders.slice(0, depth).join('/');
    if (packages[`${folder && `${folder}/`}node_modules/${name}`]) return true;
  }
  return false;
}

function platformOf(name) {
  const words = name.split('/').at(-1).split('-');
  const os = ['android', 'darwin', 'freebsd', 'linux', 'win32'].find((system) => words.includes(system));
  const cpus = { arm64: 'arm64', aarch64: 'arm64', x64: 'x64', armv7: 'arm', arm: 'arm' };
  const word = words.find((candidate) => candidate in cpus);
  if (!os || !word) throw new Error(`Which platform is ${name} for? It is missing in package-lock.json.`);
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : undefined;
  return { cpu: [cpus[word]], ...(libc && { libc }), os: [os] };
}

function removeAddresses(packages) {
  return Object.entries(packages).flatMap(([location, entry]) => {
    if (!/^https?:/.test(entry.resolved ?? '')) return [];
    const finding = `${location}: has the address ${new URL(entry.resolved).host}`;
    delete entry.resolved;
    return [finding];
  });
}
