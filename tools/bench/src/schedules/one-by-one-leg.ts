import { type Clock, newId } from '@millrace/clock';
import { type Executor, randomRunName, type TransactionPool, toInstant } from '@millrace/db';
import { type CompiledSchedule, compileSchedule, nextFires } from '@millrace/schedules';
import { execute } from '../harness/postgres.ts';
import type { Leg } from '../harness/scenario.ts';
import type { ScheduleInstallation } from './installation.ts';

/** Where its transactions are run. */
export type Transactions = Pick<TransactionPool, 'transaction'>;

export interface OneByOneLegOptions {
  readonly name: string;
  readonly installation: ScheduleInstallation;
  readonly transactions: Transactions;
  readonly clock: Clock;
  /** How many of the deployments; the rest would take as long each. */
  readonly deployments: number;
}

// What ours makes ahead of an hourly schedule.
const FIRES = 3;
const HOUR_MS = 3_600_000;

interface Deployment {
  schedule_id: string;
  cron: string;
  timezone: string;
  deployment_id: string;
  flow_id: string;
  version: number;
  parameters: object;
  tags: string[];
  flow_runner_type: string;
  flow_runner_config: object;
  priority: number;
  max_retries: number;
  retry_delays_ms: number[];
}

const read = {
  name: 'bench_read',
  text: `select s.id as schedule_id, s.spec ->> 'cron' as cron, s.timezone, d.id as deployment_id, d.flow_id, d.version,
           v.parameters, v.tags, v.flow_runner_type, v.flow_runner_config, v.priority, v.max_retries, v.retry_delays_ms
         from millrace.schedule s join millrace.deployment d on d.id = s.deployment_id
         join millrace.deployment_version v on v.deployment_id = d.id and v.version = d.version
         where d.id = $1 for update of s`,
};
const insertFire = {
  name: 'bench_insert_fire',
  text: `insert into millrace.schedule_fire (schedule_id, fire_at, flow_run_id, status) values ($1, $2, $3, 'scheduled')
         on conflict do nothing`,
};
const insertRun = {
  name: 'bench_insert_run',
  text: `insert into millrace.flow_run
           (id, created, updated, created_by, updated_by, name, flow_id, deployment_id, deployment_version, schedule_id,
            auto_scheduled, parameters, tags, flow_runner_type, flow_runner_config, priority, max_retries,
            retry_delays_ms, state_id, state_type, state_name, state_message, state_timestamp, state_actor, state_count,
            scheduled_time, run_count, returns, expected_start_time, total_run_time_ms, epoch, sort_at)
         values ($1, $2, $2, 'bench', 'bench', $3, $4, $5, $6, $7, true, $8, $9, $10, $11, $12, $13, $14, $15,
            'SCHEDULED', 'Scheduled', '', $2, 'bench', 1, $16, 0, 0, $16, 0, 0, $16)`,
};
const insertState = {
  name: 'bench_insert_state',
  text: `insert into millrace.flow_run_state
           (flow_run_id, ordinal, received, id, type, name, message, "timestamp", scheduled_time, actor, epoch,
            answer_status, answer_reason)
         values ($1, 1, $2, $3, 'SCHEDULED', 'Scheduled', '', $2, $4, 'bench', 0, 'ACCEPT', '')`,
};
const insertEntries = {
  name: 'bench_insert_entries',
  text: `insert into millrace.queue_entry (work_queue_id, priority, due_at, flow_run_id)
         select id, $2, $3, $1 from millrace.work_queue
         where (filter_tags is null or filter_tags <@ $4) and (filter_deployment_ids is null or $5 = any(filter_deployment_ids))
           and (filter_flow_runner_types is null or $6 = any(filter_flow_runner_types))`,
};
const advance = {
  name: 'bench_advance',
  text: 'update millrace.schedule set watermark = $2, top_up_at = $3 where id = $1',
};

/**
 * The same as one would write it first: each deployment read by itself, and its fires, runs, histories and entries written
 * one after the other, a transaction for each deployment. On the same tables, and with our own fires.
 */
export function oneByOneLeg(options: OneByOneLegOptions): Leg {
  const { name, installation, transactions, clock, deployments } = options;
  const { database } = installation;
  return {
    name,
    async run() {
      const now = clock.now();
      await installation.forgetFires(now);
      const found = 'select id from millrace.deployment order by id desc limit $1';
      const rows = await execute<{ id: string }>(database, found, [deployments + WARM_UP]);
      const compiled = new Map<string, CompiledSchedule>();
      for (const { id } of rows.slice(0, WARM_UP)) await fillOne(transactions, id, { clock, compiled });
      let count = 0;
      const before = await installation.countMade();
      const began = process.hrtime.bigint();
      for (const { id } of rows.slice(WARM_UP)) count += await fillOne(transactions, id, { clock, compiled });
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      const after = await installation.countMade();
      const made = Object.entries(after).map(([what, total]) => [what, total - (before[what] ?? 0)] as const);
      return { kind: 'rate', count, seconds, rows: Object.fromEntries(made) };
    },
  };
}

const WARM_UP = 10;

interface FillContext {
  readonly clock: Clock;
  /** Read once each, as a careful author would have it. */
  readonly compiled: Map<string, CompiledSchedule>;
}

function fillOne(transactions: Transactions, id: string, { clock, compiled }: FillContext): Promise<number> {
  return transactions.transaction(async (executor) => {
    const [deployment] = await executor.run<Deployment>(read, [id]);
    if (!deployment) return 0;
    const { cron, timezone } = deployment;
    const key = `${cron} ${timezone}`;
    const schedule = compiled.get(key) ?? compileSchedule({ spec: { kind: 'cron', cron, dayOr: true }, timezone });
    compiled.set(key, schedule);
    const now = clock.now();
    const fires = nextFires(schedule, { from: now + 1, limit: FIRES });
    for (const fire of fires) await makeRun(executor, deployment, { fire, clock });
    const last = fires.at(-1) ?? now;
    await executor.run(advance, [deployment.schedule_id, toInstant(last), toInstant(now + HOUR_MS)]);
    return fires.length;
  });
}

async function makeRun(
  executor: Executor,
  deployment: Deployment,
  { fire, clock }: { readonly fire: number; readonly clock: Clock },
): Promise<void> {
  const { schedule_id, deployment_id, flow_id, version, parameters, flow_runner_type, flow_runner_config } = deployment;
  const [id, stateId, now, at] = [newId(clock), newId(clock), toInstant(clock.now()), toInstant(fire)];
  const tags = ['auto-scheduled', ...deployment.tags];
  await executor.run(insertFire, [schedule_id, at, id]);
  await executor.run(insertRun, [
    ...[id, now, randomRunName(), flow_id, deployment_id, version, schedule_id, parameters, tags, flow_runner_type],
    ...[flow_runner_config, deployment.priority, deployment.max_retries, deployment.retry_delays_ms, stateId, at],
  ]);
  await executor.run(insertState, [id, now, stateId, at]);
  await executor.run(insertEntries, [id, deployment.priority, at, tags, deployment_id, flow_runner_type]);
}
