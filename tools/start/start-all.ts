import { startAgent } from '@millrace/agent';
import { processLogger, shellWord } from '@millrace/cli';
import type { Clock } from '@millrace/clock';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { startServer } from '@millrace/server';
import type { Settings } from '@millrace/settings';
import { loadDeployments } from 'millrace';
import { MillraceClient } from 'millrace/client';
import { ensureQueue } from './ensure-queue.ts';
import { runPrinter } from './run-printer.ts';

const QUEUE = 'default';
const TRIGGERED = 'hello-world/Hello World';
const SLOTS = 4;

/** What `npm start` consists of. */
export interface StartAllOptions {
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly port: number;
  /** The file whose deployments are created. */
  readonly example: string;
  readonly clock: Clock;
  readonly print: (line: string) => void;
  /** How long this has been going on, in milliseconds. */
  readonly elapsedMs: () => number;
  /** Given up when this is aborted: what was started by then is ended, and the call rejects. */
  readonly stop: AbortSignal;
}

/** Starts server and agent, deploys the example and runs it once; resolves when that run has ended. Disposing ends all. */
export async function startAll(options: StartAllOptions): Promise<AsyncDisposable> {
  const { settings, environment, port, clock, print, stop } = options;
  await using stack = new AsyncDisposableStack();
  // The example's modules are read while the database starts.
  const loading = loadDeployments(options.example);
  loading.catch(() => undefined);
  const { url } = stack.use(
    await startServer({
      ...settings,
      host: '127.0.0.1',
      port,
      clock,
      log: processLogger('server', settings, environment),
      onProgress: print,
    }),
  );
  stop.throwIfAborted();
  print(`Server at ${url}`);

  const client = stack.use(new MillraceClient({ urls: url, actor: 'npm start', clock }));
  const failed = new AbortController();
  stack.defer(() => failed.abort());
  const printer = runPrinter({ client, print, stop: AbortSignal.any([stop, failed.signal]) });
  const made = await ensureQueue(client, QUEUE);
  print(made ? `Created work queue '${QUEUE}'; it serves every deployment.` : `Work queue '${QUEUE}' is there.`);

  const [agent, deployed] = await Promise.all([
    startAgent({
      urls: { deployments: url, orchestrator: url, scheduler: url },
      name: 'npm start',
      workQueues: [QUEUE],
      slots: SLOTS,
      home: settings.home,
      clock,
      log: processLogger('agent', settings, environment),
      environment,
      onRun: (flowRunId) => void printer.follow(flowRunId),
    }).then((started) => stack.use(started)),
    loading.then((loaded) => client.createDeployments(loaded)),
  ]);
  stop.throwIfAborted();
  print(`Agent '${agent.name}' takes runs from '${QUEUE}'.`);
  for (const { deployment, created } of deployed)
    print(`${created ? 'Created' : 'Updated'} deployment '${deployment.flowName}/${deployment.name}'.`);

  const { flowRun } = await client.deployments.createFlowRun({ key: { case: 'name', value: TRIGGERED } });
  const last = flowRun && (await printer.follow(flowRun.id));
  stop.throwIfAborted();
  if (last === StateType.COMPLETED)
    print(`First run completed ${(options.elapsedMs() / 1000).toFixed(1)} s after the start.`);
  for (const line of whatToTry(url)) print(line);
  const started = stack.move();
  return { [Symbol.asyncDispose]: () => started.disposeAsync() };
}

function whatToTry(url: string): string[] {
  const prefix = url === 'http://127.0.0.1:4200' ? '' : `MILLRACE_API_URL=${url} `;
  const commands = [
    'flow-run ls',
    `deployment run ${shellWord(TRIGGERED)} -p name=Ford --watch`,
    'deployment ls',
    '--help',
  ];
  return [
    '',
    'Scheduled runs follow. To try, in another terminal:',
    ...commands.map((each) => `    ${prefix}npx millrace ${each}`),
    'Ctrl-C stops everything.',
    '',
  ];
}
