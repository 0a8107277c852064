// npm test: every check that a change must pass, in the order of how fast they fail.
// npm test -- <filter>: the tests whose path contains the filter, without the other checks.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Gate {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const root = join(import.meta.dirname, '..');
const node = process.execPath;
const gates: readonly Gate[] = [
  { name: 'types', command: [node, 'node_modules/typescript7/bin/tsc', '--noEmit'] },
  { name: 'types of the web UI', command: [node, 'node_modules/typescript7/bin/tsc', '--noEmit', '-p', 'apps/web'] },
  { name: 'lint', command: ['biome', 'ci'] },
  { name: 'contract lint', command: ['buf', 'lint', 'proto'] },
  { name: 'contract format', command: ['buf', 'format', '--diff', '--exit-code', 'proto'] },
  { name: 'generated code', command: [node, 'tools/generate.ts', '--check'] },
  { name: 'lockfile', command: [node, 'tools/lockfile.mjs', '--check'] },
];

const filters = process.argv.slice(2);
process.exitCode = await main(filters.length > 0 ? [] : gates);

/** @returns the exit code: 0 if all is well */
async function main(gates: readonly Gate[]): Promise<number> {
  let passed = 0;
  for (const { name, command } of gates) {
    if ((await timed(name, () => run(command))) !== 0) return finish({ passed, failed: 1, skipped: 0 }, name);
    passed += 1;
  }
  const tests = await timed('tests', runTests);
  return finish({ ...tests, passed: passed + tests.passed }, 'tests');
}

/** The last line is for machines: how many checks and tests there were. */
function finish({ passed, failed, skipped }: Tally, last: string): number {
  if (failed > 0) console.log(`\nFailed: ${last}`);
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed > 0 ? 1 : 0;
}

async function timed<T>(name: string, action: () => Promise<T>): Promise<T> {
  const began = performance.now();
  console.log(`\n=== ${name}`);
  const result = await action();
  console.log(`=== ${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return result;
}

async function run([file, ...args]: readonly [string, ...string[]]): Promise<number> {
  const child = spawn(file, args, { cwd: root, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}

async function runTests(): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-results-'));
  const results = join(folder, 'results.json');
  try {
    const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${results}`];
    const code = await run(['vitest', 'run', ...reporters, ...filters]);
    const tally = tallyOf(results);
    // Vitest also fails for what is no test's fault: a file that can't be loaded, an error nobody caught, no tests.
    return code === 0 ? tally : { ...tally, failed: Math.max(tally.failed, 1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tallyOf(results: string): Tally {
  try {
    const report: Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests', number> = JSON.parse(
      readFileSync(results, 'utf8'),
    );
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
