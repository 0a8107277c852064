// npm run bench -- NAME [--json] [--profile] [--rounds N] [--long] [--tiny]
import { parseArgs } from 'node:util';
import { systemClock } from '@millrace/clock';
import { reportLines } from './harness/report.ts';
import { runScenario } from './harness/run-scenario.ts';
import { scenarios } from './scenarios.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    tiny: { type: 'boolean', default: false },
    rounds: { type: 'string' },
  },
});
process.exitCode = await main(positionals[0] ?? '');

/** @returns the exit code: 1 if a limit was missed */
async function main(name: string): Promise<number> {
  const { json, profile, long, tiny } = values;
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  const scenario = scenarios.get(name);
  if (!scenario || (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))) {
    process.stderr.write(`${usage(name)}\n`);
    return name === '' ? 0 : 2;
  }
  const report = await runScenario(scenario, {
    ...{ name, rounds, tiny, long, profile },
    environment: process.env,
    clock: systemClock,
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  console.log(json ? JSON.stringify(report, null, 2) : reportLines(report).join('\n'));
  return report.verdicts.every(({ holds }) => holds) ? 0 : 1;
}

function usage(name: string): string {
  return [
    ...(name && !scenarios.has(name) ? [`There is no benchmark called ${name}.`] : []),
    'npm run bench -- NAME [--json] [--profile] [--rounds N] [--long]',
    ...[...scenarios].map(([each, { about }]) => `  ${each.padEnd(12)} ${about}`),
  ].join('\n');
}
