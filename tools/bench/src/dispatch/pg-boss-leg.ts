import type { Clock } from '@millrace/clock';
import type { Database } from '@millrace/db';
import { type ConstructorOptions, PgBoss } from 'pg-boss';
import { count, settle } from '../harness/postgres.ts';
import type { Leg } from '../harness/scenario.ts';

export interface PgBossLegOptions {
  readonly name: string;
  readonly url: string;
  readonly database: Database;
  /** How often it looks for jobs. */
  readonly pollSeconds: number;
  readonly samples: number;
  readonly clock: Clock;
}

const completed = `select count(*) from pgboss.job where state = 'completed'`;

/** From send to the handler's first line. Jobs are sent at times spread evenly over one interval of its poll. */
export function pgBossLeg({ name, url, database, pollSeconds, samples, clock }: PgBossLegOptions): Leg {
  const queue = `every-${String(pollSeconds).replace('.', '-')}-s`;
  return {
    name,
    async run() {
      const boss = new PgBoss({
        connectionString: url,
        supervise: false,
        schedule: false,
      } satisfies ConstructorOptions);
      boss.on('error', (error) => process.stderr.write(`${error}\n`));
      await boss.start();
      await boss.createQueue(queue);
      const reached = new Map<string, PromiseWithResolvers<bigint>>();
      const options = { pollingIntervalSeconds: pollSeconds, batchSize: 1000 };
      await boss.work<{ id: string }>(queue, options, async (jobs) => {
        const at = process.hrtime.bigint();
        for (const { data } of jobs) reached.get(data.id)?.resolve(at);
      });
      const sample = async (id: string) => {
        const entry = Promise.withResolvers<bigint>();
        reached.set(id, entry);
        const sent = process.hrtime.bigint();
        await boss.send(queue, { id });
        return Number((await entry.promise) - sent) / 1e6;
      };
      await settle(database);
      const first = await count(database, completed);
      await sample('warm-up');
      let before = first;
      while (before === first) before = await count(database, completed);
      const pending: Promise<number>[] = [];
      for (let done = 0; done < samples; done++) {
        await clock.sleep((pollSeconds * 1000) / samples);
        pending.push(sample(`${done}`));
      }
      const samplesMs = await Promise.all(pending);
      await boss.stop({ graceful: true });
      return { kind: 'times', samplesMs, rows: { completed: (await count(database, completed)) - before } };
    },
  };
}
