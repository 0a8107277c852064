// npm run bench -- NAME [--json] [--profile] [--write] [--rounds N] [--long] [--tiny]
import { parseArgs } from 'node:util';
import { systemClock } from '@millrace/clock';
import { reportLines } from './harness/report.ts';
import { runScenario } from './harness/run-scenario.ts';
import type { Scenario } from './harness/scenario.ts';
import { writePage } from './pages/write-page.ts';
import { writePlans } from './plans/write-plans.ts';
import { scenarios } from './scenarios.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    tiny: { type: 'boolean', default: false },
    rounds: { type: 'string' },
  },
});
// What was started is ended on exit.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
process.exitCode = await main(positionals[0] ?? '');

/** @returns the exit code: 1 if a limit was missed */
async function main(name: string): Promise<number> {
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  const scenario = scenarios.get(name);
  if (values.write && (values.tiny || rounds === 1)) {
    process.stderr.write('--write is for figures that are worth keeping: leave out --tiny and --rounds 1\n');
    return 2;
  }
  const isKnown = scenario !== undefined || name === 'all' || name === 'plans';
  if (!isKnown || (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))) {
    process.stderr.write(`${usage(name)}\n`);
    return name === '' ? 0 : 2;
  }
  let holds = true;
  const chosen = scenario ? [[name, scenario] as const] : name === 'all' ? [...scenarios] : [];
  for (const [each, which] of chosen) holds = (await play(each, which, rounds)) && holds;
  if (name === 'plans' || (name === 'all' && values.write)) await writePlans(systemClock);
  return holds ? 0 : 1;
}

async function play(name: string, scenario: Scenario, rounds: number | undefined): Promise<boolean> {
  const { json, write, profile, long, tiny } = values;
  const report = await runScenario(scenario, {
    ...{ name, rounds, tiny, long, profile },
    environment: process.env,
    clock: systemClock,
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  const lines = reportLines(report);
  console.log(json ? JSON.stringify(report, null, 2) : lines.join('\n'));
  if (write) await writePage(name, 'figures', lines);
  return report.verdicts.every(({ holds }) => holds);
}

function usage(name: string): string {
  return [
    ...(name ? [`npm run bench -- ${process.argv.slice(2).join(' ')} is none of these:`] : []),
    'npm run bench -- NAME [--json] [--profile] [--write] [--rounds N] [--long]',
    ...[...scenarios].map(([each, { about }]) => `  ${each.padEnd(12)} ${about}`),
    '  all          each of these in turn; with --write, brings docs/performance up to date',
    '  plans        brings the plans in docs/performance up to date',
  ].join('\n');
}
