import { type Clock, newId } from '@millrace/clock';
import { type Database, topUpSchedules } from '@millrace/db';
import { type CompiledSchedule, compileSchedule, nextFires } from '@millrace/schedules';
import { execute } from '../harness/postgres.ts';
import type { Leg } from '../harness/scenario.ts';
import type { ScheduleInstallation } from './installation.ts';

export interface IdleLegsOptions {
  readonly ours: string;
  readonly readsAll: string;
  readonly installation: ScheduleInstallation;
  readonly clock: Clock;
  readonly passes: number;
}

const LIMIT = 500;
const FIRES = 3;

/** Passes while nothing is due: ours, and one that reads every deployment to find that out. */
export function idleLegs({ ours, readsAll, installation, clock, passes }: IdleLegsOptions): Leg[] {
  const { database } = installation;
  const pass = async () => {
    const { schedules } = await topUpSchedules(database, {
      ...{ now: clock.now(), limit: LIMIT },
      newId: () => newId(clock),
    });
    if (schedules > 0) throw new Error(`${schedules} schedules were due`);
    return { read: schedules };
  };
  return [
    { name: ours, run: () => timed(pass, passes) },
    { name: readsAll, run: () => timed(() => readAll(database, clock), 3) },
  ];
}

async function timed(pass: () => Promise<Record<string, number>>, passes: number) {
  await pass();
  const samplesMs: number[] = [];
  let rows: Record<string, number> = {};
  for (let done = 0; done < passes; done++) {
    const began = process.hrtime.bigint();
    rows = await pass();
    samplesMs.push(Number(process.hrtime.bigint() - began) / 1e6);
  }
  return { kind: 'times' as const, samplesMs, rows };
}

interface ScheduleOfDeployment {
  id: string;
  cron: string;
  timezone: string;
  watermark: number;
}

const all = `select s.id, s.spec ->> 'cron' as cron, s.timezone, s.watermark, d.flow_id, d.version, v.parameters, v.tags
  from millrace.schedule s join millrace.deployment d on d.id = s.deployment_id
  join millrace.deployment_version v on v.deployment_id = d.id and v.version = d.version
  where s.active and d.is_schedule_active`;

/** Reads them by one statement, and computes what each has to come; what it would write is there already. */
async function readAll(database: Database, clock: Clock) {
  const schedules = await execute<ScheduleOfDeployment>(database, all);
  const compiled = new Map<string, CompiledSchedule>();
  let due = 0;
  for (const { cron, timezone, watermark } of schedules) {
    const key = `${cron} ${timezone}`;
    const schedule = compiled.get(key) ?? compileSchedule({ spec: { kind: 'cron', cron, dayOr: true }, timezone });
    compiled.set(key, schedule);
    const fires = nextFires(schedule, { from: clock.now(), limit: FIRES });
    due += fires.filter((fire) => fire > watermark).length;
  }
  return { read: schedules.length, due };
}
