import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@millrace/clock';
import type { Leg } from '../harness/scenario.ts';

export interface SpawnLegOptions {
  readonly name: string;
  readonly folder: string;
  readonly samples: number;
  readonly clock: Clock;
}

const GAP_MS = 3;

/** What starting a process costs at least: an empty script, from its start to its end. */
export function spawnLeg({ name, folder, samples, clock }: SpawnLegOptions): Leg {
  const script = join(folder, 'empty.js');
  const spawned = async () => {
    const began = process.hrtime.bigint();
    await once(spawn(process.execPath, [script], { stdio: 'ignore' }), 'exit');
    return Number(process.hrtime.bigint() - began) / 1e6;
  };
  return {
    name,
    async run() {
      await writeFile(script, '');
      await spawned();
      const samplesMs: number[] = [];
      for (let done = 0; done < samples; done++) {
        await clock.sleep(GAP_MS);
        samplesMs.push(await spawned());
      }
      return { kind: 'times', samplesMs, rows: {} };
    },
  };
}
