import { instantList, listLiteral } from '../connection/list-literal.ts';
import { type Executor, statement } from '../connection/statement.ts';

/** How far a schedule has come. */
export interface ScheduleProgress {
  readonly id: string;
  readonly watermark: number;
  readonly topUpAt: number | null;
  readonly error: string | null;
}

const write = statement(
  'write_schedule_progress',
  `update millrace.schedule s set watermark = n.watermark, top_up_at = n.top_up_at, error = n.error
   from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::text[]) as n(id, watermark, top_up_at, error)
   where s.id = any($1::uuid[]) and s.id = n.id and (s.watermark, s.top_up_at, s.error) is distinct from (n.watermark, n.top_up_at, n.error)`,
);

/** Writes how far schedules have come; they must be locked. */
export async function writeScheduleProgress(executor: Executor, progress: readonly ScheduleProgress[]): Promise<void> {
  await executor.run(write, [
    listLiteral(progress.map((schedule) => schedule.id)),
    instantList(progress.map((schedule) => schedule.watermark)),
    instantList(progress.map((schedule) => schedule.topUpAt)),
    progress.map((schedule) => schedule.error),
  ]);
}
