import { join } from 'node:path';
import { DeploymentService } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { openGrpc } from '@millrace/rpc/grpc-client';
import { openHttp } from '@millrace/rpc/http-client';
import { openBenchDatabase } from '../harness/postgres.ts';
import type { BenchContext, OpenScenario, Scenario } from '../harness/scenario.ts';
import { countStatements, statementTimes } from '../profile/statement-times.ts';
import { graphileLeg } from './graphile-leg.ts';
import { startInstallation } from './installation.ts';
import { millraceLeg, type TriggeredRun } from './millrace-leg.ts';
import { pgBossLeg } from './pg-boss-leg.ts';
import { profileRuns } from './profile-runs.ts';
import { spawnLeg } from './spawn-leg.ts';
import { openStampPipe } from './stamp-pipe.ts';

const grpc = 'millrace warm, gRPC';
const connect = 'millrace warm, Connect';
const cold = 'millrace cold';
const graphile = 'graphile-worker';
const graphileBatched = 'graphile-worker batched';
const pgBoss = 'pg-boss, 0.5 s poll';
const poller = 'pg-boss, 5 s poll';
const empty = 'spawn of an empty script';

/** The agent's own default. */
const IDLE_PROCESSES = 2;

export const dispatch: Scenario = {
  about: "from sending the trigger to user code's first line",
  rounds: 3,
  open,
};

async function open(context: BenchContext): Promise<OpenScenario> {
  const { postgres, folder, clock, tiny } = context;
  await using stack = new AsyncDisposableStack();
  context.progress('starting the server and the agents, deploying the flow');
  const installation = stack.use(await startInstallation(context));
  const { url } = installation;
  if (context.profile) await countStatements(installation.database);
  const pipe = stack.use(await openStampPipe(join(folder, 'stamps'), clock));
  const overGrpc = stack.use(openGrpc(url, { actor: 'bench' })).client(DeploymentService);
  const overConnect = stack.use(openHttp(url, { actor: 'bench' })).client(DeploymentService);
  const graphileUrl = await postgres.createDatabase('graphile_worker');
  const graphileDatabase = stack.use(openBenchDatabase(graphileUrl));
  const bossUrl = await postgres.createDatabase('pg_boss');
  const bossDatabase = stack.use(openBenchDatabase(bossUrl));

  const samples = tiny ? 5 : 300;
  const few = tiny ? 3 : 40;
  const runs: TriggeredRun[] = [];
  const warm = {
    ...{ installation, pipe, clock, samples, deployment: 'warm' },
    ...{ agent: installation.warmAgent, idleProcesses: IDLE_PROCESSES },
  };
  const peer = { url: graphileUrl, database: graphileDatabase, samples, clock };
  const boss = { url: bossUrl, database: bossDatabase, samples: tiny ? 5 : 50, clock };
  const legs = [
    millraceLeg({ ...warm, name: grpc, deployments: overGrpc, onRun: (run) => runs.push(run) }),
    graphileLeg({ ...peer, name: graphile, batched: false }),
    millraceLeg({ ...warm, name: connect, deployments: overConnect }),
    graphileLeg({ ...peer, name: graphileBatched, batched: true }),
    millraceLeg({
      ...{ ...warm, name: cold, deployments: overGrpc, deployment: 'cold', samples: few },
      ...{ agent: installation.coldAgent, idleProcesses: 0 },
    }),
    spawnLeg({ name: empty, folder, samples: few, clock }),
    pgBossLeg({ ...boss, name: pgBoss, pollSeconds: 0.5 }),
    pgBossLeg({ ...boss, name: poller, pollSeconds: 5 }),
  ];
  const started = stack.move();
  return {
    legs,
    comparisons,
    notes: [
      'millrace: one server process, one agent process; a new process for every run, warm ones waiting in a pool of 2',
      'warm: 3 ms after the pool has been filled up again and rests; cold: an agent without a pool',
      'graphile-worker: add_job to task in one process that does both, 24 jobs at once on 25 connections; batched: as its own benchmark',
      'spawn of an empty script: until it has ended',
      'pg-boss: sent at times spread evenly over an interval of its poll',
    ],
    profile: async () => [
      ...(await profileRuns(runs, installation)),
      '',
      ...(await statementTimes(installation.database)),
    ],
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

const comparisons: OpenScenario['comparisons'] = [
  {
    name: 'warm p50, gRPC / graphile-worker',
    of: { leg: grpc, measure: 'p50' },
    to: { leg: graphile, measure: 'p50' },
    limit: { atMost: 2 },
  },
  {
    name: 'warm p99, gRPC / graphile-worker',
    of: { leg: grpc, measure: 'p99' },
    to: { leg: graphile, measure: 'p99' },
    limit: { atMost: 2 },
  },
  {
    name: 'warm p50, Connect / graphile-worker',
    of: { leg: connect, measure: 'p50' },
    to: { leg: graphile, measure: 'p50' },
    limit: { atMost: 2 },
  },
  {
    name: 'warm p99, Connect / graphile-worker',
    of: { leg: connect, measure: 'p99' },
    to: { leg: graphile, measure: 'p99' },
    limit: { atMost: 2 },
  },
  {
    name: 'warm p50, gRPC / graphile-worker batched',
    of: { leg: grpc, measure: 'p50' },
    to: { leg: graphileBatched, measure: 'p50' },
  },
  {
    name: 'cold p50 / spawn of an empty script',
    of: { leg: cold, measure: 'p50' },
    to: { leg: empty, measure: 'p50' },
    limit: { atMost: 2 },
  },
  {
    name: '5 s poll, mean / warm mean, gRPC',
    of: { leg: poller, measure: 'mean' },
    to: { leg: grpc, measure: 'mean' },
    limit: { atLeast: 50 },
  },
  {
    name: 'pg-boss 0.5 s poll, p50 / warm p50, gRPC',
    of: { leg: pgBoss, measure: 'p50' },
    to: { leg: grpc, measure: 'p50' },
  },
];
