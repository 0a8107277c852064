import { NotStartedError } from './errors.ts';
import type { FlowRunner } from './flow-runner.ts';
import type { ProcessPool } from './process-pool.ts';
import { readSubprocessConfig } from './subprocess-config.ts';

/** Executes each run in a process of its own on the agent's machine, taken from a pool of ones already started. */
export function subprocessRunner(type: string, pool: ProcessPool): FlowRunner {
  return {
    type,
    async start({ assignment, config }, { signal, onMessage }) {
      const { env, workingDirectory } = await readSubprocessConfig(type, config);
      const taken = await pool.take(signal);
      if (signal.aborted) {
        await taken.stop(0);
        throw new NotStartedError('the run was called back before it was handed over');
      }
      taken.begin({ ...assignment, env, workingDirectory }, onMessage);
      return taken;
    },
  };
}
