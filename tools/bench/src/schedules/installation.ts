import type { Clock } from '@millrace/clock';
import { type Database, ensurePartitions, migrate, toInstant } from '@millrace/db';
import { insertDeployment, insertWorkQueue } from '@millrace/db/testing';
import type { BenchPostgres } from '../harness/postgres.ts';
import { count, execute, openBenchDatabase, settle } from '../harness/postgres.ts';

export interface InstallationOptions {
  readonly postgres: BenchPostgres;
  readonly clock: Clock;
  readonly name: string;
  readonly deployments: number;
}

/** The product's tables with deployments that fire each hour, and a queue that takes all their runs. */
export interface ScheduleInstallation extends AsyncDisposable {
  readonly database: Database;
  /** As if all had just been made: nothing of them is in the ledger, and all are due. Settles the tables. */
  forgetFires(now: number): Promise<void>;
  /** How many fires and runs there are, states of their history, and entries of the queue. */
  countMade(): Promise<Record<string, number>>;
}

// As the product leaves them; by one statement, since making them is not what is measured.
const fill = `
  with deployment as (
    insert into millrace.deployment
      (id, created, updated, created_by, updated_by, flow_id, name, is_schedule_active, version, description)
    select uuidv7(), now(), now(), 'fill', 'fill', $1, 'd' || i, true, 1, '' from generate_series(1, $2::int) i
    returning id
  ), version as (
    insert into millrace.deployment_version
      (deployment_id, version, created, created_by, flow_data_encoding, flow_data_blob, parameters, tags,
       flow_runner_type, flow_runner_config, enforce_parameter_schema, priority, max_retries, retry_delays_ms, schedules)
    select id, 1, now(), 'fill', 'json', '{}', '{"table": "orders", "days": 7}', '{nightly}', 'universal', '{}', true,
       0, 0, '{}', '[]' from deployment
  )
  insert into millrace.schedule
    (id, deployment_id, slug, spec, timezone, active, parameters, watermark, top_up_at)
  select uuidv7(), id, 'default', '{"kind": "cron", "cron": "0 * * * *", "dayOr": true}', 'Europe/Berlin', true, '{}',
    now(), null from deployment`;

const counts: Readonly<Record<string, string>> = {
  fires: 'select count(*) from millrace.schedule_fire',
  runs: 'select count(*) from millrace.flow_run',
  states: 'select count(*) from millrace.flow_run_state',
  entries: 'select count(*) from millrace.queue_entry',
};

export async function fillSchedules(options: InstallationOptions): Promise<ScheduleInstallation> {
  const { postgres, clock, name, deployments } = options;
  await using stack = new AsyncDisposableStack();
  const database = stack.use(openBenchDatabase(await postgres.createDatabase(name)));
  await migrate(database);
  await ensurePartitions(database, clock.now());
  const { flowId } = await insertDeployment(database, clock);
  await insertWorkQueue(database, clock);
  await execute(database, fill, [flowId, deployments]);
  await settle(database);
  const filled = stack.move();
  return {
    database,
    async forgetFires(now) {
      await execute(
        database,
        'truncate millrace.flow_run, millrace.flow_run_state, millrace.schedule_fire, millrace.queue_entry cascade',
      );
      await execute(database, 'update millrace.schedule set watermark = $1, top_up_at = $1', [toInstant(now)]);
      await settle(database);
    },
    async countMade() {
      const made: Record<string, number> = {};
      for (const [what, text] of Object.entries(counts)) made[what] = await count(database, text);
      return made;
    },
    [Symbol.asyncDispose]: () => filled.disposeAsync(),
  };
}
