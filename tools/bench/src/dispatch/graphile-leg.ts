import type { Clock } from '@millrace/clock';
import type { Database } from '@millrace/db';
import { count, settle } from '../harness/postgres.ts';
import type { Leg } from '../harness/scenario.ts';
import { startGraphileWorker } from '../peers/graphile-worker.ts';

export interface GraphileLegOptions {
  readonly name: string;
  readonly url: string;
  readonly database: Database;
  readonly batched: boolean;
  readonly samples: number;
  readonly clock: Clock;
}

const GAP_MS = 3;
const WARM_UP = 100;
const left = 'select count(*) from graphile_worker._private_jobs';
// Finished jobs are deleted; how many there have been is in the sequence of their ids.
const added = `select coalesce(pg_sequence_last_value(pg_get_serial_sequence('graphile_worker._private_jobs', 'id')), 0)`;

/** From add_job to the task's first line, in one process, as its own latency test has it. */
export function graphileLeg({ name, url, database, batched, samples, clock }: GraphileLegOptions): Leg {
  return {
    name,
    async run() {
      let started = Promise.withResolvers<bigint>();
      const tasks = { stamp: () => started.resolve(process.hrtime.bigint()) };
      const worker = await startGraphileWorker({ url, tasks, batched });
      const sample = async () => {
        await clock.sleep(GAP_MS);
        started = Promise.withResolvers();
        const sent = process.hrtime.bigint();
        await worker.addJob('stamp', {});
        return Number((await started.promise) - sent) / 1e6;
      };
      await settle(database);
      for (let done = 0; done < Math.min(WARM_UP, samples); done++) await sample();
      const before = await count(database, added);
      const samplesMs: number[] = [];
      for (let done = 0; done < samples; done++) samplesMs.push(await sample());
      await worker.stop();
      const rows = { added: (await count(database, added)) - before, left: await count(database, left) };
      return { kind: 'times', samplesMs, rows };
    },
  };
}
