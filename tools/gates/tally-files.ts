import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run-command.ts';
import type { Tally } from './tally.ts';

const folder = join(root, 'node_modules', '.cache', 'gates');

/** Where a gate, or a project's tests, leave how they went. nx.json names the same places as outputs. */
export function tallyFile(gate: string, project = ''): string {
  return join(folder, gate === 'test' ? join(gate, `${project}.json`) : `${gate}.json`);
}

/** How it went this time; not having come to it is a failure. */
export function readTally(gate: string, project?: string): Tally {
  try {
    return JSON.parse(readFileSync(tallyFile(gate, project), 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** Before a run: nothing of the last one may count. */
export function forgetTallies(): void {
  rmSync(folder, { recursive: true, force: true });
}
