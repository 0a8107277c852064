import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TransitionService } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { ensurePartitions, migrate } from '@millrace/db';
import { openGrpc } from '@millrace/rpc/grpc-client';
import { openBenchDatabase } from '../harness/postgres.ts';
import type { BenchContext, OpenScenario, Scenario } from '../harness/scenario.ts';
import { startApp } from '../processes/app-process.ts';
import { outerEnvironment } from '../processes/outer-environment.ts';
import { countStatements, statementTimes } from '../profile/statement-times.ts';
import { dbosLeg } from './dbos-leg.ts';
import { graphileLeg } from './graphile-leg.ts';
import { millraceLeg } from './millrace-leg.ts';
import { oneByOneLeg } from './one-by-one-leg.ts';
import { processorTimes } from './processor-times.ts';

const millrace = 'millrace transitions, gRPC';
const oneByOne = 'one transaction each';
const dbos = 'DBOS steps, 64 workflows';
const graphile = 'graphile-worker jobs';
const graphileBatched = 'graphile-worker jobs, batched';

export const transitions: Scenario = {
  about: 'state changes per second with full history, over gRPC',
  rounds: 5,
  open,
};

const CONNECTIONS = 2;

async function open(context: BenchContext): Promise<OpenScenario> {
  const { postgres, clock, tiny } = context;
  await using stack = new AsyncDisposableStack();
  const openDatabase = async (name: string) => {
    const url = await postgres.createDatabase(name);
    return { url, database: stack.use(openBenchDatabase(url)) };
  };
  const own = await openDatabase('millrace');
  const server = stack.use(await startServer(context, own.url));
  const clients = Array.from({ length: CONNECTIONS }, () =>
    stack.use(openGrpc(server.url, { actor: 'bench' })).client(TransitionService),
  );
  const naive = await openDatabase('one_by_one');
  await migrate(naive.database);
  await ensurePartitions(naive.database, clock.now());
  const steps = stack.use(
    dbosLeg({ name: dbos, ...(await openDatabase('dbos')), flows: 64, stepsEach: tiny ? 2 : 20 }),
  );
  const peer = await openDatabase('graphile_worker');
  const times = processorTimes(own.database, server.pid);
  if (context.profile) await countStatements(own.database);
  const legs = [
    millraceLeg({ ...times, name: millrace, database: own.database, clients, clock, runs: tiny ? 100 : 20_000 }),
    oneByOneLeg({ name: oneByOne, database: naive.database, connections: 16, clock, runs: tiny ? 100 : 3_000 }),
    graphileLeg({ name: graphileBatched, ...peer, batched: true, jobs: tiny ? 100 : 20_000, clock }),
    graphileLeg({ name: graphile, ...peer, batched: false, jobs: tiny ? 100 : 3_000, clock }),
    steps,
  ];
  const started = stack.move();
  return {
    legs,
    comparisons: [
      {
        name: 'transitions / one transaction each',
        of: { leg: millrace, measure: 'rate' },
        to: { leg: oneByOne, measure: 'rate' },
        limit: { atLeast: 10 },
      },
      ...[graphileBatched, graphile, dbos].map((leg) => ({
        name: `transitions / ${leg}`,
        of: { leg: millrace, measure: 'rate' as const },
        to: { leg, measure: 'rate' as const },
      })),
    ],
    notes: [
      `millrace: one server process; ${CONNECTIONS} connections with 2 batches of 500 under way on each, as agents send them`,
      'one transaction each: select for update, rule, update, insert on 16 connections; no RPC, prepared statements',
      'a run has two transitions here, a job of graphile-worker none that is kept',
    ],
    profile: async () => [...times.lines(), '', ...(await statementTimes(own.database))],
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

async function startServer({ folder, environment, clock }: BenchContext, databaseUrl: string) {
  const home = join(folder, 'home');
  await mkdir(home);
  return startApp({
    script: 'apps/server/src/main.ts',
    args: ['--port', '0'],
    environment: { ...outerEnvironment(environment), MILLRACE_HOME: home, MILLRACE_DATABASE_URL: databaseUrl },
    logFile: join(folder, 'server.log'),
    clock,
  });
}
