import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Leg } from '../harness/scenario.ts';

export interface CallingLegOptions {
  readonly name: string;
  /** Where `millrace` is installed. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly samples: number;
}

// Ten first, which open connections and compile what they need.
const program = `import { flow } from 'millrace';
const nothing = flow('nothing', async () => {});
const took = [];
for (let call = -10; call < Number(process.argv[2]); call++) {
  const began = process.hrtime.bigint();
  await nothing();
  if (call >= 0) took.push(Number(process.hrtime.bigint() - began) / 1e6);
}
console.log(JSON.stringify(took));
`;

/** Calls of a flow that does nothing, one after the other, by a program of a user's: all that a call adds. */
export function callingLeg({ name, folder, environment, samples }: CallingLegOptions): Leg {
  return {
    name,
    async run() {
      const file = join(folder, 'calls.mjs');
      await writeFile(file, program);
      const { stdout } = await promisify(execFile)(process.execPath, [file, String(samples)], {
        env: { ...environment },
      });
      const samplesMs = JSON.parse(stdout) as number[];
      return { kind: 'times', samplesMs, rows: { calls: samplesMs.length } };
    },
  };
}
