import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type EngineAssignment, enginePath, type FromEngine, type ToEngine } from 'millrace/engine';
import { CommandError } from './usage-error.ts';

/** What {@link executeRun} needs. */
export interface ExecuteRunOptions {
  readonly assignment: EngineAssignment;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether what the flow prints goes to stderr, since stdout is for the reply. */
  readonly printsToStderr: boolean;
  /** Ends the child, which leaves it to the caller to say what became of the run. */
  readonly stop: AbortSignal;
}

/**
 * Runs a run that this process holds in a child, which prints where we print. The child is told to go its own way at once:
 * it takes the lease, and talks to the server itself, as an engine does whose agent is gone. Resolves when it has ended.
 */
export async function executeRun(options: ExecuteRunOptions): Promise<void> {
  const { assignment, home, environment, printsToStderr, stop } = options;
  const child = fork(enginePath, [], {
    serialization: 'advanced',
    stdio: ['ignore', printsToStderr ? 2 : 'inherit', 'inherit', 'ipc'],
    execArgv: [],
    env: {
      ...Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('NODE_CHANNEL_'))),
      NODE_COMPILE_CACHE: join(home, 'cache', 'node-compile'),
    },
  });
  const ended = once(child, 'exit');
  stop.addEventListener('abort', () => child.kill(), { once: true });
  child.on('message', (message: FromEngine) => {
    if (message.type !== 'ready') return;
    const start: ToEngine = { type: 'start', assignment };
    child.send(start, () => child.disconnect());
  });
  const failed = once(child, 'error').then(([error]) => {
    throw new CommandError('the flow could not be started', [String(error)]);
  });
  await Promise.race([ended, failed]);
}
