import type { Database } from '@millrace/db';
import { execute } from '../harness/postgres.ts';
import { significant, table } from '../harness/report.ts';
import { processorSeconds } from '../processes/processor-seconds.ts';

/** Who kept the processors busy while transitions were written. */
export interface ProcessorTimes {
  onBegin(): Promise<void>;
  onEnd(seconds: number): Promise<void>;
  lines(): string[];
}

/** Of the server, of Postgres for this database, and of this process, which plays the agents. */
export function processorTimes(database: Database, serverPid: number): ProcessorTimes {
  const spent = new Map<string, number>();
  let before = new Map<string, number>();
  let wall = 0;
  const read = async () => {
    const backends = await execute<{ pid: number }>(
      database,
      'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    return new Map([
      ['server', await processorSeconds([serverPid])],
      ['Postgres', await processorSeconds(backends.map(({ pid }) => pid))],
      ['this process, for the agents', await processorSeconds([process.pid])],
    ]);
  };
  return {
    async onBegin() {
      before = await read();
    },
    async onEnd(seconds) {
      wall += seconds;
      for (const [who, now] of await read()) spent.set(who, (spent.get(who) ?? 0) + now - (before.get(who) ?? 0));
    },
    lines: () =>
      table([
        ['who', 'seconds of a processor for each second'],
        ...[...spent].map(([who, seconds]) => [who, significant(seconds / wall)]),
      ]),
  };
}
