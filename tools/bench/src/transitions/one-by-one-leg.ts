import { randomUUID } from 'node:crypto';
import type { Clock } from '@millrace/clock';
import { type Database, type DedicatedConnection, dedicatedConnection, toInstant } from '@millrace/db';
import { count } from '../harness/postgres.ts';
import type { Leg } from '../harness/scenario.ts';
import { makePendingRuns, type PendingRuns } from './pending-runs.ts';

export interface OneByOneLegOptions {
  readonly name: string;
  readonly database: Database;
  readonly connections: number;
  readonly runs: number;
  readonly clock: Clock;
}

interface LockedRun {
  epoch: number;
  state_type: string;
  state_count: number;
  start_time: number | null;
}

const lock = {
  name: 'bench_lock',
  text: 'select epoch, state_type, state_count, start_time from millrace.flow_run where id = $1 for update',
};
const update = {
  name: 'bench_update',
  text: `update millrace.flow_run set updated = $2, updated_by = 'bench', state_actor = 'bench', state_id = $3,
           state_type = $4, state_name = $5, state_timestamp = $2, state_count = $6,
           run_count = case when $4 = 'RUNNING' then run_count + 1 else run_count end,
           start_time = coalesce(start_time, $2), end_time = $7, total_run_time_ms = $8,
           holder_id = case when $7::timestamptz is null then holder_id end
         where id = $1`,
};
const insert = {
  name: 'bench_insert',
  text: `insert into millrace.flow_run_state
           (flow_run_id, ordinal, received, id, type, name, message, "timestamp", actor, epoch, request_id,
            answer_status, answer_reason)
         values ($1, $2, $3, $4, $5, $6, '', $3, 'bench', $7, $8, 'ACCEPT', '')`,
};
const history = 'select count(*) from millrace.flow_run_state';
const follows: Readonly<Record<string, string>> = { RUNNING: 'PENDING', COMPLETED: 'RUNNING' };

/**
 * The same changes as one would write them first: a transaction for each, on the same tables, straight on the database,
 * with prepared statements. It has no RPC on the way, which is in its favour.
 */
export function oneByOneLeg({ name, database, connections, runs, clock }: OneByOneLegOptions): Leg {
  const all = async ({ ids, epoch }: PendingRuns) => {
    const waiting = [...ids];
    await using stack = new AsyncDisposableStack();
    await Promise.all(
      Array.from({ length: connections }, async () => {
        const connection = stack.use(dedicatedConnection(database, 'bench one by one'));
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift())
          for (const type of ['RUNNING', 'COMPLETED'])
            await changeState(connection, { id, epoch, type, now: clock.now() });
      }),
    );
  };
  return {
    name,
    async run() {
      await all(await makePendingRuns(database, clock, Math.min(runs, 10 * connections)));
      const pending = await makePendingRuns(database, clock, runs);
      const before = await count(database, history);
      const began = process.hrtime.bigint();
      await all(pending);
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      const rows = { states: (await count(database, history)) - before };
      return { kind: 'rate', count: 2 * runs, seconds, rows };
    },
  };
}

interface Change {
  readonly id: string;
  readonly epoch: number;
  readonly type: string;
  readonly now: number;
}

function changeState(connection: DedicatedConnection, { id, epoch, type, now }: Change): Promise<void> {
  return connection.transaction(async (executor) => {
    const [run] = await executor.run<LockedRun>(lock, [id]);
    if (run?.epoch !== epoch || run.state_type !== follows[type]) throw new Error(`${id} can not become ${type}`);
    const at = toInstant(now);
    const stateId = randomUUID();
    const named = type === 'RUNNING' ? 'Running' : 'Completed';
    const ended = type === 'COMPLETED' ? at : null;
    const runTimeMs = run.start_time === null ? 0 : now - run.start_time;
    const ordinal = run.state_count + 1;
    await executor.run(update, [id, at, stateId, type, named, ordinal, ended, runTimeMs]);
    await executor.run(insert, [id, ordinal, at, stateId, type, named, epoch, randomUUID()]);
  });
}
