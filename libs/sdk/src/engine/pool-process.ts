import { join } from 'node:path';
import process from 'node:process';
import type { Clock } from '@millrace/clock';
import { useServer } from '../calls/server-of-process.ts';
import type { FlowDefinition } from '../flow.ts';
import { captureConsole } from './capture-console.ts';
import { executeRun } from './execute-run.ts';
import type { EngineAssignment, FromEngine, ToEngine } from './ipc.ts';
import { IpcTransport } from './ipc-transport.ts';
import { Link } from './link.ts';
import { packageResolver, type ResolvePackages } from './resolve-packages.ts';
import { levels, RunLog } from './run-log.ts';
import { describe } from './state-data.ts';

/** What a process of a pool needs. */
export interface PoolProcessOptions {
  readonly clock: Clock;
  /** The process's variables; those of the run are added. */
  readonly environment: Record<string, string | undefined>;
}

/** Tells the agent that this process is ready, takes the one run that it is given, and ends with it. */
export function servePool(options: PoolProcessOptions): void {
  // Bound now, before user code can lay hands on it.
  const exit = process.exit.bind(process);
  const tell = process.send?.bind(process);
  // The channel is the engine's. Packages that look for a parent process to talk to are to find none.
  delete process.send;
  const send = (message: FromEngine) => {
    // That the channel closed is noticed by `disconnect`.
    if (process.connected) tell?.(message, undefined, undefined, () => {});
  };
  const endIdle = () => exit(0);
  const resolvePackages = packageResolver();
  let warmed = Promise.resolve();
  const take = (message: ToEngine) => {
    if (message.type === 'stop') return endIdle();
    if (message.type === 'warm-up') warmed = warmUp(resolvePackages);
    if (message.type !== 'start') return;
    process.off('message', take);
    process.off('disconnect', endIdle);
    serveRun(message.assignment, { ...options, resolvePackages, warmed, send, exit });
  };
  process.once('disconnect', endIdle);
  process.on('message', take);
  send({ type: 'ready' });
}

// What the first import of a flow takes is mostly Node's own doing, and half of it can be done before.
async function warmUp(resolvePackages: ResolvePackages): Promise<void> {
  try {
    resolvePackages(join(import.meta.dirname, 'warm-up'), process.cwd());
    await import('./warm-up/flow.ts');
  } catch {
    // What is wrong here, a folder that is gone for one, the run's flow will meet as well, and say.
  }
}

interface RunProcessOptions extends PoolProcessOptions {
  readonly resolvePackages: ResolvePackages;
  /** Flows that are loaded enter one list, so the run's comes after the warm-up's. */
  readonly warmed: Promise<void>;
  readonly send: (message: FromEngine) => void;
  readonly exit: (code: number) => void;
}

function serveRun(assignment: EngineAssignment, options: RunProcessOptions): void {
  const { clock, exit } = options;
  useServer({ urls: assignment.urls, isEngine: true });
  const link = new Link();
  const log = new RunLog({ clock, send: (records) => link.writeLogs(records) });
  const ipc = new IpcTransport(options.send, link);
  link.use(ipc);
  process.on('message', (message: ToEngine) => {
    if (ipc.received(message) !== undefined) exit(0);
  });
  const leaveAgent = () => {
    link.pause();
    goOnByHttp(assignment, { clock, link, exit });
  };
  process.once('disconnect', leaveAgent);

  const prints = recordPrints(log);
  const crash = uncaught(prints, log);
  const { environment, resolvePackages, warmed, send } = options;
  const { userCode } = prints;
  const loaded = (definition: FlowDefinition) => {
    prints.loaded(definition);
    send({ type: 'loaded' });
  };
  const run = { assignment, clock, link, log, environment, resolvePackages, crash, userCode, loaded };
  const execution = warmed.then(() => executeRun(run));
  // Whatever user code left open or scheduled ends with the run.
  const leave = (code: number) => {
    process.off('disconnect', leaveAgent);
    if (process.connected) process.disconnect?.();
    exit(code);
  };
  void execution.then(
    (ending) => leave(ending === 'crashed' ? 1 : 0),
    (error: unknown) => {
      process.stderr.write(`millrace: the engine failed: ${describe(error).stack ?? String(error)}\n`);
      leave(1);
    },
  );
}

/** Whether user code runs, and whether its prints are recorded. */
interface Prints {
  readonly runs: () => boolean;
  readonly userCode: (runs: boolean) => void;
  readonly loaded: (definition: { readonly logPrints: boolean }) => void;
}

function recordPrints(log: RunLog): Prints {
  let runs = false;
  let captured = false;
  let wanted = true;
  return {
    runs: () => runs,
    userCode(begins) {
      runs = begins;
      if (captured) return;
      captured = true;
      captureConsole((level, message) => {
        if (wanted) log.write(level, 'console', message);
      });
    },
    loaded({ logPrints }) {
      wanted = logPrints;
    },
  };
}

// An error that nobody caught ends the run that it happens in. One that comes when the outcome is known changes nothing.
function uncaught(prints: Prints, log: RunLog): Promise<unknown> {
  return new Promise((resolve) => {
    process.on('uncaughtException', (error) => {
      if (prints.runs()) return resolve(error);
      const { name, message, stack } = describe(error);
      log.write(levels.error, 'engine', `An error that nobody caught: ${stack ?? `${name}: ${message}`}`);
    });
  });
}

function goOnByHttp(
  assignment: EngineAssignment,
  options: { readonly clock: Clock; readonly link: Link; readonly exit: (code: number) => void },
): void {
  const { clock, link, exit } = options;
  const end = (code: number, why: string) => {
    process.stderr.write(`millrace: run ${assignment.flowRunId}: ${why}\n`);
    exit(code);
  };
  const lost = (reason: string) => end(0, `this process is to stop: ${reason}`);
  // Without a way to the server nothing of this run can be told; its lease ends it there.
  const fail = (error: unknown) => end(1, `it can't go on without its agent: ${String(error)}`);
  // Loaded only now: most processes never need HTTP and the contract.
  void import('./http-transport.ts')
    .then(({ openHttpTransport }) => openHttpTransport({ assignment, clock, link, lost, fail }))
    .then((transport) => link.use(transport), fail);
}
