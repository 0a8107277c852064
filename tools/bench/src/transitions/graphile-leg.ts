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
}

const left = 'select count(*) from graphile_worker._private_jobs';
const add = `select graphile_worker.add_job('nothing', json_build_object('id', i)) from generate_series(1, $1::int) i`;

/** Jobs that do nothing, added before the clock starts, until the last one has been deleted. */
export function graphileLeg({ name, url, database, batched, jobs }: GraphileLegOptions): Leg {
  return {
    name,
    async run() {
      // Makes its tables, the first time.
      await runMigrations({ connectionString: url });
      await execute(database, add, [jobs]);
      await settle(database);
      let done = 0;
      const all = Promise.withResolvers<void>();
      const nothing = () => {
        done += 1;
        if (done === jobs) all.resolve();
      };
      const began = process.hrtime.bigint();
      const worker = await startGraphileWorker({ url, batched, tasks: { nothing } });
      await all.promise;
      // Done is what the database says is done.
      let open = await count(database, left);
      while (open > 0) open = await count(database, left);
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      await worker.stop();
      return { kind: 'rate', count: jobs, seconds, rows: { done, left: open } };
    },
  };
}
