import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import type { Tally } from './tally.ts';

/** Runs the tests whose path contains one of the filters, or all of them. */
export async function runTests(filters: readonly string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-results-'));
  const results = join(folder, 'results.json');
  try {
    const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${results}`];
    const code = await runCommand(['vitest', 'run', ...reporters, ...filters]);
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
