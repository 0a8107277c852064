// npm test: every check that a change must pass, nothing taken from a cache; what CI runs.
// npm test -- <filter>: the tests whose path contains the filter, without the other checks.
import { gates } from './gates/gates.ts';
import { runCommand, timed } from './gates/run-command.ts';
import { runTests } from './gates/run-tests.ts';
import { closingLine, sum, type Tally } from './gates/tally.ts';

const filters = process.argv.slice(2);
process.exitCode = await main();

/** @returns the exit code: 0 if all is well */
async function main(): Promise<number> {
  const chosen = filters.length > 0 ? [] : gates;
  for (const [passed, { name, command }] of chosen.entries())
    if ((await timed(name, () => runCommand(command))) !== 0) return finish({ passed, failed: 1, skipped: 0 }, name);
  const tests = await timed('tests', () => runTests(filters));
  return finish(sum([tests, { passed: chosen.length, failed: 0, skipped: 0 }]), 'tests');
}

function finish(tally: Tally, last: string): number {
  if (tally.failed > 0) console.log(`\nFailed: ${last}`);
  console.log(`\n${closingLine(tally)}`);
  return tally.failed > 0 ? 1 : 0;
}
