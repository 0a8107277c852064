import type { Clock } from '@millrace/clock';
import { DeploymentService } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { type Database, openDatabase } from '@millrace/db';
import { openHttp } from '@millrace/rpc/http-client';
import type { ScheduleLife } from '../calendar/diary.ts';
import { judge } from '../calendar/judge.ts';
import { readLedger } from '../calendar/ledger.ts';
import { openOracle } from '../calendar/oracle/intended-fires.ts';
import { seededRandom } from '../calendar/random.ts';
import { scheduleMessage } from '../calendar/schedule-message.ts';
import { drawLoad, type PlannedDeployment } from './draw-load.ts';
import { startAppOn, startSchedulers } from './schedulers.ts';
import { strikeUntil } from './striker.ts';

export interface SchedulerSoakOptions {
  readonly seed: number;
  /** A Postgres database, empty. */
  readonly url: string;
  /** For logs. */
  readonly folder: string;
  readonly deployments: number;
  /** How long schedulers are killed. */
  readonly seconds: number;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

export interface SchedulerSoakResult {
  readonly figures: readonly (readonly [string, number])[];
  readonly compared: number;
  readonly problems: readonly string[];
}

// Every loop has looked by then, whoever was killed last.
const SETTLE_MS = 15_000;
const flowData = { encoding: 'json', blob: new Uint8Array(Buffer.from('{}')) };

const readNow = { name: 'soak_now', text: 'select now() as now' };
const readCreated = { name: 'soak_created', text: 'select name, created from millrace.deployment' };
const countStuck = {
  name: 'soak_stuck',
  text: `select count(*)::int as count from millrace.schedule where top_up_at < now() - interval '12 seconds'`,
};

/** Kills schedulers under load, and holds every fire against the oracle afterwards. */
export async function soakScheduler(options: SchedulerSoakOptions): Promise<SchedulerSoakResult> {
  const { seed, url, deployments, seconds, clock, stop } = options;
  const random = seededRandom(seed);
  await using stack = new AsyncDisposableStack();
  const processes = { ...options, count: 2 };
  const schedulers = stack.use(await startSchedulers(processes));
  const server = stack.use(await startAppOn('deployments', 'deployments', processes));
  const database = stack.use(openDatabase({ url, schema: 'millrace', applicationName: 'soak' }));
  const load = drawLoad(deployments, random);
  // While they are made the first ones fire already.
  const striking = strikeUntil(clock.now() + seconds * 1000, { schedulers, database, random, clock, stop });
  await Promise.all([striking, deploy(server.url, load)]);
  const strikes = await striking;
  await clock.sleep(SETTLE_MS, stop);
  const [stuck] = await database.run<{ count: number }>(countStuck, []);
  const [time] = await database.run<{ now: number }>(readNow, []);
  const problems = await schedulers.end();
  if (strikes.inTheMidst === 0)
    problems.push('nobody was killed while it made runs: the soak shows less than it should');
  if (stuck?.count !== 0) problems.push(`${stuck?.count} schedules are due and nobody looks at them`);
  const judged = await judgeAll(database, load, time?.now ?? 0);
  const figures = [
    ['deployments', deployments],
    ['kills', strikes.kills],
    ['in the midst of making runs', strikes.inTheMidst],
    ['fires compared', judged.compared],
    ['of them with a run', judged.runs],
    ['fires ahead', judged.ahead],
  ] as const;
  return { figures, compared: judged.compared, problems: [...problems, ...judged.problems] };
}

async function deploy(url: string, load: readonly PlannedDeployment[]): Promise<void> {
  await using channel = openHttp(url, { actor: 'soak' });
  const client = channel.client(DeploymentService);
  for (const { name, schedule } of load)
    await client.createDeployment({
      ...{ flow: { case: 'flowName', value: 'fired' }, name, flowData },
      schedules: [scheduleMessage(schedule)],
    });
}

async function judgeAll(database: Database, load: readonly PlannedDeployment[], now: number) {
  const rows = await database.run<{ name: string; created: number }>(readCreated, []);
  const created = new Map(rows.map((row) => [row.name, row.created]));
  const waiting = new Map(load.map((each) => [each.name, each]));
  const oracle = openOracle();
  const judged = { compared: 0, runs: 0, ahead: 0, problems: [] as string[] };
  await readLedger(database, ({ deployment, slug }, rows) => {
    const planned = waiting.get(deployment);
    waiting.delete(deployment);
    if (!planned) return judged.problems.push(`${deployment}: nobody made it`);
    const stretches = [{ schedule: planned.schedule, from: created.get(deployment) ?? 0, until: null }];
    const life: ScheduleLife = { deployment, slug, stretches, pausedAt: null };
    const verdict = judge({ life, rows, oracle, outages: [], now });
    judged.compared += verdict.compared;
    judged.runs += verdict.runs;
    judged.ahead += rows.fires.filter((fire) => fire.fire_at > now).length;
    judged.problems.push(...verdict.problems);
  });
  for (const name of waiting.keys()) judged.problems.push(`${name}: is gone`);
  return judged;
}
