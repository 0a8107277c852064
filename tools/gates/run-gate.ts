// node tools/gates/run-gate.ts <gate> | test <folder> <name>: what the targets of Nx run, one gate or one project's
// tests. How it went is left in node_modules/.cache/gates, which Nx keeps and brings back with the printed text.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gates } from './gates.ts';
import { root, runCommand } from './run-command.ts';
import { runTests } from './run-tests.ts';
import type { Tally } from './tally.ts';
import { tallyFile } from './tally-files.ts';

const [name = '', folder = '', project = ''] = process.argv.slice(2);
const tally = name === 'test' ? await runTests(filtersOf(folder)) : await runGate(name);
const file = tallyFile(name, project);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, JSON.stringify(tally));
process.exitCode = tally.failed > 0 ? 1 : 0;

async function runGate(name: string): Promise<Tally> {
  const gate = gates.find((candidate) => candidate.name === name);
  if (!gate) throw new RangeError(`no gate ${name}: there are ${gates.map((known) => known.name).join(', ')}`);
  const failed = (await runCommand(gate.command)) === 0 ? 0 : 1;
  return { passed: 1 - failed, failed, skipped: 0 };
}

/** What a project's tests are found by. Those of the root are in tools, where workspaces of their own may be, too. */
function filtersOf(folder: string): readonly string[] {
  if (folder !== '.') return [`${folder}/`];
  const isWorkspace = (entry: string) => existsSync(join(root, 'tools', entry, 'package.json'));
  return readdirSync(join(root, 'tools'))
    .filter((entry) => !isWorkspace(entry))
    .map((entry) => `tools/${entry}`);
}
