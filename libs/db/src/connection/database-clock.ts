import type { Clock, Timer } from '@millrace/clock';
import { type Executor, statement } from './statement.ts';

/** A clock that goes by Postgres's time, so that all servers on one database agree. */
export interface DatabaseClock extends Clock, Disposable {}

const readTime = statement<{ now: number }>('read_time', 'select clock_timestamp() as now');
const measureEveryMs = 30_000;

/** Measures the offset of Postgres's clock from `base`, now and every 30 s; a failed measurement keeps the last one. */
export async function startDatabaseClock(executor: Executor, base: Clock): Promise<DatabaseClock> {
  let offset = 0;
  let timer: Timer | undefined;
  let stopped = false;
  const measure = async () => {
    const before = base.now();
    const [row] = await executor.run(readTime, []);
    const after = base.now();
    if (!row) return;
    // It was read somewhere between the two: a measurement that waited long says little, and the last one may be better.
    const [least, most] = [row.now - after, row.now - before];
    if (offset < least || offset > most) offset = Math.round((least + most) / 2);
  };
  const again = () => {
    timer = base.setTimer(measureEveryMs, () => {
      measure()
        .catch(() => undefined)
        .finally(() => {
          if (!stopped) again();
        });
    });
  };
  await measure();
  again();
  return {
    now: () => base.now() + offset,
    setTimer: (delayMs, fire) => base.setTimer(delayMs, fire),
    sleep: (delayMs, signal) => base.sleep(delayMs, signal),
    [Symbol.dispose]() {
      stopped = true;
      timer?.cancel();
    },
  };
}
