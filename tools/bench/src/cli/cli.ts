import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DeploymentService } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { openHttp } from '@millrace/rpc/http-client';
import type { BenchContext, OpenScenario, Rows, Scenario } from '../harness/scenario.ts';
import { repository } from '../processes/app-process.ts';
import { callingLeg } from './calling-leg.ts';
import { commandLeg } from './command-leg.ts';
import { deployingLeg } from './deploying-leg.ts';
import { startCliInstallation } from './installation.ts';
import { listingLeg } from './listing-leg.ts';

const empty = 'an empty script';
const help = 'millrace --help';
const few = 'millrace deployment ls, 3 deployments';
const many = 'millrace deployment ls, 1,000 deployments';
const calls = 'its calls for 1,000 deployments';
const called = 'a call of a flow in a program';
const created = 'deployment create, 500 new ones';
const unchanged = 'deployment create, 500 unchanged ones';

const FEW_DEPLOYMENTS = 3;
const MANY_DEPLOYMENTS = 1_000;
const DEPLOYED_AT_ONCE = 500;

export const cli: Scenario = {
  about: 'what a command takes from its start to its end',
  rounds: 9,
  open,
};

async function open(context: BenchContext): Promise<OpenScenario> {
  const { folder, clock, tiny } = context;
  await using stack = new AsyncDisposableStack();
  context.progress('starting three servers, creating deployments');
  const small = stack.use(await startCliInstallation(context, FEW_DEPLOYMENTS));
  const large = stack.use(await startCliInstallation(context, tiny ? 300 : MANY_DEPLOYMENTS));
  const growing = stack.use(await startCliInstallation(context, 1));
  const deployments = stack.use(openHttp(large.url, { actor: 'bench' })).client(DeploymentService);
  const script = join(folder, 'empty.js');
  await writeFile(script, '');

  context.progress('packing the npm package');
  const millrace = await installedCli(folder);
  const samples = tiny ? 1 : 5;
  const shared = { environment: small.environment, samples, clock };
  const legs = [
    commandLeg({ ...shared, name: empty, line: [script] }),
    commandLeg({ ...shared, name: help, line: [millrace, '--help'], count: countCommands }),
    commandLeg({ ...shared, name: few, line: [millrace, 'deployment', 'ls'], count: countRows(small.deployments) }),
    commandLeg({
      ...{ ...shared, name: many, line: [millrace, 'deployment', 'ls'], environment: large.environment },
      count: countRows(large.deployments),
    }),
    listingLeg({ name: calls, deployments, samples }),
    callingLeg({ name: called, folder, environment: small.environment, samples: tiny ? 2 : 100 }),
    ...[created, unchanged].map((name) =>
      deployingLeg({
        ...{ name, folder, millrace, environment: growing.environment, areNew: name === created },
        deployments: tiny ? 20 : DEPLOYED_AT_ONCE,
      }),
    ),
  ];
  const started = stack.move();
  return {
    legs,
    comparisons,
    notes: [
      'from starting the process to its end; what it prints is thrown away, and counted in a run that is not measured',
      'millrace: as it is published, from the packed npm package, with the warm compile cache that it keeps itself',
      'an empty script: the same Node, without a compile cache',
      `the server is a process of its own, with ${FEW_DEPLOYMENTS} deployments, which is one call, or ${MANY_DEPLOYMENTS}, which is five`,
      'its calls: one after the other, over a connection that is open, from sending the first to reading the last reply',
      'a call of a flow: a flow that does nothing, called by a program one time after the other; its run is made and begun in one commit, and ended in another',
    ],
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** What npm puts into a project: the packed tarball, unpacked. Gives the script of the command line. */
async function installedCli(folder: string): Promise<string> {
  const run = promisify(execFile);
  const pack = join(repository, 'tools', 'release-pack.ts');
  const { stdout } = await run(process.execPath, [pack, '--out', folder], { cwd: repository });
  await run('tar', ['xzf', stdout.trim(), '-C', folder]);
  await mkdir(join(folder, 'node_modules'));
  await symlink(join('..', 'package'), join(folder, 'node_modules', 'millrace'));
  return join(folder, 'package', 'main.js');
}

/** Below the heading of the table. */
function countRows(expected: number): (stdout: string) => Rows {
  return (stdout) => {
    const listed = stdout.trimEnd().split('\n').length - 1;
    if (listed !== expected) throw new Error(`deployment ls printed ${listed} deployments, ${expected} are there`);
    return { listed };
  };
}

function countCommands(stdout: string): Rows {
  const [, commands = ''] = stdout.split('Commands:\n');
  return { commands: commands.split('\n').filter((line) => line.startsWith('  ')).length };
}

const comparisons: OpenScenario['comparisons'] = [
  {
    name: 'help / an empty script, p50',
    of: { leg: help, measure: 'p50' },
    to: { leg: empty, measure: 'p50' },
    limit: { atMost: 1.5 },
  },
  {
    name: 'ls of 3 / an empty script, p50',
    of: { leg: few, measure: 'p50' },
    to: { leg: empty, measure: 'p50' },
    limit: { atMost: 3 },
  },
  {
    name: 'ls of 1,000 / an empty script, p50',
    of: { leg: many, measure: 'p50' },
    to: { leg: empty, measure: 'p50' },
  },
  {
    name: 'calls for 1,000, p50 in ms',
    of: { leg: calls, measure: 'p50' },
    limit: { atMost: 200 },
  },
  {
    name: 'a call of a flow, p50 in ms',
    of: { leg: called, measure: 'p50' },
    limit: { atMost: 15 },
  },
  {
    name: '500 new deployments, ms',
    of: { leg: created, measure: 'p50' },
    limit: { atMost: 10_000 },
  },
  {
    name: '500 unchanged deployments, ms',
    of: { leg: unchanged, measure: 'p50' },
    limit: { atMost: 3_000 },
  },
];
