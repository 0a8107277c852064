import { openTransactionPool, toInstant, withTransaction } from '@millrace/db';
import { execute, settle } from '../harness/postgres.ts';
import type { BenchContext, Comparison, OpenScenario, Scenario } from '../harness/scenario.ts';
import { countStatements, statementTimes } from '../profile/statement-times.ts';
import { fillLeg } from './fill-leg.ts';
import { expressions, firesLegs } from './fires-legs.ts';
import { idleLegs } from './idle-legs.ts';
import { fillSchedules } from './installation.ts';
import { oneByOneLeg, type Transactions } from './one-by-one-leg.ts';

const fires = 'fires of a year';
const cronParser = 'cron-parser, next() through the year';
const fill = 'cold fill';
const oneByOne = 'one deployment at a time';
const prepared = 'one at a time, prepared statements';
const idle = 'pass, nothing due';
const readsAll = 'pass that reads all';

const comparisons: readonly Comparison[] = [
  {
    name: 'fires / cron-parser',
    of: { leg: fires, measure: 'rate' },
    to: { leg: cronParser, measure: 'rate' },
    limit: { atLeast: 20 },
  },
  {
    name: 'cold fill / one deployment at a time, runs per second',
    of: { leg: fill, measure: 'rate' },
    to: { leg: oneByOne, measure: 'rate' },
    limit: { atLeast: 50 },
  },
  {
    name: 'cold fill / one at a time, prepared statements, runs per second',
    of: { leg: fill, measure: 'rate' },
    to: { leg: prepared, measure: 'rate' },
  },
  {
    name: 'pass that reads all / pass, nothing due, p50',
    of: { leg: readsAll, measure: 'p50' },
    to: { leg: idle, measure: 'p50' },
    limit: { atLeast: 500 },
  },
];

const HOUR_MS = 3_600_000;

export const schedules: Scenario = {
  about: 'fires per second, runs made from schedules, and passes that find nothing to do',
  rounds: 5,
  open,
};

async function open(context: BenchContext): Promise<OpenScenario> {
  const { postgres, clock, tiny } = context;
  const size = tiny ? 100 : 10_000;
  const idleSize = tiny ? 200 : 100_000;
  const sample = tiny ? 10 : 300;
  await using stack = new AsyncDisposableStack();
  const fillInstallation = async (name: string, deployments: number) => {
    context.progress(`filling the tables: ${deployments} deployments`);
    return stack.use(await fillSchedules({ postgres, clock, name: `schedules_${name}`, deployments }));
  };
  const ours = await fillInstallation('ours', size);
  const theirs = await fillInstallation('one_by_one', size);
  const resting = await fillInstallation('idle', idleSize);
  const far = toInstant(clock.now() + 24 * HOUR_MS);
  await execute(resting.database, 'update millrace.schedule set watermark = $1, top_up_at = $1', [far]);
  await settle(resting.database);
  if (context.profile) await countStatements(ours.database);
  const oneAtATime = { installation: theirs, clock, deployments: sample };
  const ordinary: Transactions = { transaction: (work) => withTransaction(theirs.database, work) };
  const quick = stack.use(openTransactionPool(theirs.database, { applicationName: 'bench', size: 1 }));
  const legs = [
    ...firesLegs({ ours: fires, theirs: cronParser, times: tiny ? 2 : 100 }),
    fillLeg({ name: fill, installation: ours, clock }),
    oneByOneLeg({ ...oneAtATime, name: oneByOne, transactions: ordinary }),
    oneByOneLeg({ ...oneAtATime, name: prepared, transactions: quick }),
    ...idleLegs({ ours: idle, readsAll, installation: resting, clock, passes: tiny ? 3 : 100 }),
  ];
  const started = stack.move();
  return {
    legs,
    comparisons,
    notes: [
      `fires: "${expressions.join('" and "')}" in Europe/Berlin through 2026, changes of the clocks included`,
      `cold fill: ${size} deployments with an hourly schedule; each run with its fire, history and queue entry; as the scheduler does it`,
      `one deployment at a time: ${sample} of as many, each its own transaction of the ordinary pool, as ours are`,
      'one at a time, prepared statements: the same on a connection of its own, which ours does not have',
      `passes: over ${idleSize} deployments of which none is due; the other reads all by one statement and writes nothing`,
    ],
    profile: () => statementTimes(ours.database),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
