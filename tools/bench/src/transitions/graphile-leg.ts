import type { Clock } from '@millrace/clock';
import type { Database } from '@millrace/db';
import { runMigrations } from 'graphile-worker';
import { count, execute, settle } from '../harness/postgres.ts';
import type { Leg } from '../harness/scenario.ts';
import { startGraphileWorker } from '../peers/graphile-worker.ts';

export interface GraphileLegOptions {
  readonly name: string;
  readonly url: string;
  readonly database: Database;
  readonly batched: boolean;
  readonly jobs: number;
  readonly clock: Clock;
}

const left = 'select count(*) from graphile_worker._private_jobs';
const add = `select graphile_worker.add_job('nothing', json_build_object('id', i)) from generate_series(1, $1::int) i`;
const WARM_UP = 2_000;

/** Jobs that do nothing, from the first one's beginning until the last one has been deleted. */
export function graphileLeg({ name, url, database, batched, jobs, clock }: GraphileLegOptions): Leg {
  const work = async (number: number) => {
    await execute(database, add, [number]);
    await settle(database);
    let done = 0;
    // Not counted: connecting, and the first fetch.
    let began = 0n;
    const all = Promise.withResolvers<void>();
    const nothing = () => {
      if (done === 0) began = process.hrtime.bigint();
      done += 1;
      if (done === number) all.resolve();
    };
    const worker = await startGraphileWorker({ url, batched, tasks: { nothing } });
    await all.promise;
    // Done is what the database says is done.
    let open = await count(database, left);
    for (; open > 0; open = await count(database, left)) await clock.sleep(1);
    const seconds = Number(process.hrtime.bigint() - began) / 1e9;
    await worker.stop();
    return { seconds, rows: { done, left: open } };
  };
  return {
    name,
    async run() {
      // Makes its tables, the first time.
      await runMigrations({ connectionString: url });
      await work(Math.min(WARM_UP, jobs));
      return { kind: 'rate', count: jobs, ...(await work(jobs)) };
    },
  };
}
