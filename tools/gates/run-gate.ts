// node tools/gates/run-gate.ts <gate> | test <folder> <name>: what the targets of Nx run, one gate or one project's
// tests. How it went is left in node_modules/.cache/gates, which Nx keeps and brings back with the printed text.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gates } from './gates.ts';
import { runCommand } from './run-command.ts';
import { runTests } from './run-tests.ts';
import type { Tally } from './tally.ts';
import { tallyFile } from './tally-files.ts';

const [name = '', folder = '', project = ''] = process.argv.slice(2);
const tally = name === 'test' ? await runTests([folder === '.' ? 'tools/' : `${folder}/`]) : await runGate(name);
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
