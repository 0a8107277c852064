// npm run check: every check that a change must pass, each only if something that it depends on has changed.
// npm run check -- --no-tests: the gates alone.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gates } from './gates/gates.ts';
import { root, runCommand, timed } from './gates/run-command.ts';
import { closingLine, sum } from './gates/tally.ts';
import { forgetTallies, readTally, tallyFile } from './gates/tally-files.ts';

const { values } = parseArgs({ options: { 'no-tests': { type: 'boolean', default: false } } });
forgetTallies();
const names = gates.map(({ name }) => name);
const projects = values['no-tests'] ? [] : projectsWithTests();
// All gates first: they fail fast. Tests one project after the other: each has the whole machine.
const gatesFailed = await timed('gates', runGates);
if (gatesFailed === 0 && projects.length > 0) await timed('tests', () => runTargets(['test'], 1));

const parts = [
  ...names.map((name) => ({ name, tally: readTally(name) })),
  ...(gatesFailed === 0 ? projects : []).map((project) => ({
    name: `tests of ${project}`,
    tally: readTally('test', project),
  })),
];
const failed = parts.filter(({ tally }) => tally.failed > 0).map(({ name }) => name);
const total = sum(parts.map(({ tally }) => tally));
if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`);
console.log(`\n${closingLine(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** @returns 0 if all are well */
async function runGates(): Promise<number> {
  const code = await runTargets(names, 2);
  // Where Nx itself fails, which it does with another TypeScript, the boundaries say why without it.
  const hasRun = names.some((name) => existsSync(tallyFile(name)));
  if (!hasRun) await runCommand([process.execPath, 'tools/check/boundaries.ts']);
  return code;
}

function runTargets(targets: readonly string[], parallel: number): Promise<number> {
  const options = ['--output-style=static', `--parallel=${parallel}`, '--nxBail=false'];
  return runCommand(['nx', 'run-many', '-t', targets.join(','), ...options]);
}

/** The projects that have a target `test`, which the boundaries demand of each that has tests. */
function projectsWithTests(): readonly string[] {
  const read = (path: string): Manifest => JSON.parse(readFileSync(join(root, path), 'utf8'));
  const patterns = (read('package.json').workspaces ?? []).map((pattern) => `${pattern}/package.json`);
  const manifests = ['package.json', ...globSync(patterns, { cwd: root })].map(read);
  return manifests.filter((manifest) => manifest.nx?.targets?.test).map(({ name }) => name);
}

interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly nx?: { readonly targets?: Readonly<Record<string, unknown>> };
}
