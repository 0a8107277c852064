import { newId } from '@millrace/clock';
import type { VirtualClock } from '@millrace/clock/virtual';
import { claimFlowRuns } from '../claim/claim-flow-runs.ts';
import { toInstant } from '../connection/instant.ts';
import type { ScheduleOptions, StoredScheduleSpec } from '../connection/tables.ts';
import { withTransaction } from '../connection/with-transaction.ts';
import { expireHolder } from '../holders/expire-holder.ts';
import { renewHolder } from '../holders/renew-holder.ts';
import { topUpSchedules } from '../schedules/top-up-schedules.ts';
import { applyItems, type FlowRunItem } from '../transitions/apply-items.ts';
import { insertDeployment, insertWorkQueue } from './factories.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';

const MINUTE = 60_000;

/** A schedule to be tried. */
export interface ScheduleToTry {
  readonly intervalMs?: number;
  readonly spec?: StoredScheduleSpec;
  readonly options?: ScheduleOptions;
  readonly maxRetries?: number;
}

/** Schedules and what becomes of their runs, moved by hand on a virtual clock: a database, a queue, a holder. */
export class ScheduledWorld implements AsyncDisposable {
  readonly db: TestDatabase;
  readonly clock: VirtualClock;
  readonly queueId: string;
  #holderId = '';

  private constructor(db: TestDatabase, clock: VirtualClock, queueId: string) {
    this.db = db;
    this.clock = clock;
    this.queueId = queueId;
  }

  static async open(clock: VirtualClock): Promise<ScheduledWorld> {
    const db = await testDatabase();
    return new ScheduledWorld(db, clock, await insertWorkQueue(db.database, clock));
  }

  /** A deployment with one schedule, each minute unless told otherwise; gives the schedule's id. */
  async schedule({ intervalMs = MINUTE, spec, options = {}, maxRetries = 0 }: ScheduleToTry = {}): Promise<string> {
    const { deploymentId } = await insertDeployment(this.db.database, this.clock);
    const { kysely } = this.db.database;
    await kysely
      .updateTable('deployment_version')
      .set({ max_retries: maxRetries, retry_delays_ms: [1_000] })
      .where('deployment_id', '=', deploymentId)
      .execute();
    const id = newId(this.clock);
    await kysely
      .insertInto('schedule')
      .values({
        ...{ id, deployment_id: deploymentId, slug: 'default', timezone: 'UTC', active: true, parameters: '{}' },
        spec: JSON.stringify(spec ?? { kind: 'interval', intervalMs, anchorMs: null }),
        options: JSON.stringify(options),
        watermark: toInstant(this.clock.now()),
        top_up_at: toInstant(this.clock.now()),
      })
      .execute();
    await this.topUp();
    return id;
  }

  /** All that is due. */
  async topUp(): Promise<void> {
    for (let isMoreDue = true; isMoreDue; ) {
      const options = { now: this.clock.now(), limit: 100, newId: () => newId(this.clock) };
      ({ isMoreDue } = await topUpSchedules(this.db.database, options));
    }
  }

  /** Claims for a holder whose lease is renewed thereby; gives the runs' ids in their order. */
  async claim(limit = 100): Promise<{ flowRunId: string; epoch: number }[]> {
    this.#holderId ||= newId(this.clock);
    const holderId = this.#holderId;
    await renewHolder(this.db.database, { id: holderId, kind: 'agent', name: 'test' }, this.clock.now());
    const by = { ...this.by, queueIds: [this.queueId], holderId, limit };
    const { claimed } = await withTransaction(this.db.database, (tx) => claimFlowRuns(tx, by));
    return claimed.map(({ flowRunId, epoch }) => ({ flowRunId, epoch }));
  }

  /** Brings a claimed run into these states. */
  async move(run: { flowRunId: string; epoch: number }, ...types: FlowRunItem['state']['type'][]): Promise<string[]> {
    const items = types.map((type) => ({
      ...{ flowRunId: run.flowRunId, epoch: run.epoch, state: { type }, infrastructure: {}, actor: 'test' },
      requestId: newId(this.clock),
    }));
    const { answers } = await withTransaction(this.db.database, (tx) => applyItems(tx, items, this.by));
    return answers.map((answer) => answer.status);
  }

  /** The holder dies, and its lease ends. */
  async loseHolder(): Promise<void> {
    await this.db.database.kysely
      .updateTable('holder')
      .set({ lease_until: toInstant(this.clock.now() - 1) })
      .execute();
    while (await expireHolder(this.db.database, this.by));
    this.#holderId = '';
  }

  /** What the ledger says of the past, oldest first, as "+60s started". */
  async ledger(scheduleId: string, from: number): Promise<string[]> {
    const rows = await this.db.database.kysely
      .selectFrom('schedule_fire')
      .selectAll()
      .where('schedule_id', '=', scheduleId)
      .where('fire_at', '<=', toInstant(this.clock.now()) as never)
      .orderBy('fire_at')
      .execute();
    return rows.map(({ fire_at, status, reason }) => `+${(fire_at - from) / 1000}s ${reason ?? status}`);
  }

  get by() {
    return { now: this.clock.now(), actor: 'test', newId: () => newId(this.clock) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.db[Symbol.asyncDispose]();
  }
}
