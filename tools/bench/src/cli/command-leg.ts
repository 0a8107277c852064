import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { Clock } from '@millrace/clock';
import type { Leg, Rows } from '../harness/scenario.ts';

export interface CommandLegOptions {
  readonly name: string;
  /** What Node is started with: a script and its arguments. */
  readonly line: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Counts what it prints, which is looked at once a round; throws if that is not what it should be. */
  readonly count?: (stdout: string) => Rows;
  readonly samples: number;
  readonly clock: Clock;
}

const GAP_MS = 3;
const LARGEST_OUTPUT = 16 * 1024 ** 2;

/** A command from its start to its end, its output thrown away. */
export function commandLeg({ name, line, environment, count, samples, clock }: CommandLegOptions): Leg {
  const env = { ...environment };
  const took = async () => {
    const began = process.hrtime.bigint();
    const [exitCode] = await once(spawn(process.execPath, [...line], { stdio: 'ignore', env }), 'exit');
    if (exitCode !== 0) throw new Error(`${line.join(' ')} ended with ${exitCode}`);
    return Number(process.hrtime.bigint() - began) / 1e6;
  };
  return {
    name,
    async run() {
      // Warms up what is kept between runs: compiled code, and the files in memory.
      const { stdout } = await promisify(execFile)(process.execPath, [...line], { env, maxBuffer: LARGEST_OUTPUT });
      const rows = count?.(stdout) ?? {};
      const samplesMs: number[] = [];
      for (let done = 0; done < samples; done++) {
        await clock.sleep(GAP_MS);
        samplesMs.push(await took());
      }
      return { kind: 'times', samplesMs, rows };
    },
  };
}
