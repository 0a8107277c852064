import {
  deleteEndedFlowRuns,
  deleteOldFires,
  dropPartitions,
  findOldestFlowRun,
  findOldestHeldFlowRun,
} from '@millrace/db';
import type { Context } from '../context.ts';
import { type Loop, startLoop } from './loop.ts';

const EVERY_MS = 10 * 60_000;
const BATCH_SIZE = 1_000;
const DAY_MS = 86_400_000;

/**
 * Forgets what is older than it is to be kept: runs and fires in small batches, history and logs by the day. A day of the
 * history stays as long as a run from before its end does, a day of logs as long as such a run goes on.
 */
export function startRetention({ database, clock, log, retention }: Context): Loop {
  const before = (days: number) => clock.now() - days * DAY_MS;
  const inBatches = async (stopped: AbortSignal, remove: () => Promise<number>) => {
    let total = 0;
    for (let more = true; more && !stopped.aborted; ) {
      const count = await remove();
      total += count;
      more = count === BATCH_SIZE;
    }
    return total;
  };
  const pass = async (stopped: AbortSignal) => {
    const runsBefore = before(retention.runsDays);
    const runs = await inBatches(stopped, () => deleteEndedFlowRuns(database, runsBefore, BATCH_SIZE));
    const firesBefore = before(retention.firesDays);
    const fires = await inBatches(stopped, () => deleteOldFires(database, firesBefore, BATCH_SIZE));
    if (stopped.aborted) return;
    const [oldest, oldestHeld] = [await findOldestFlowRun(database), await findOldestHeldFlowRun(database)];
    const logsBefore = Math.min(before(retention.logsDays), oldestHeld ?? Number.POSITIVE_INFINITY);
    // One that is read for long does not keep the other.
    const drops = await Promise.allSettled([
      dropPartitions(database, 'log_chunk', logsBefore),
      dropPartitions(database, 'flow_run_state', Math.min(runsBefore, oldest ?? Number.POSITIVE_INFINITY)),
    ]);
    const days = drops.flatMap((drop) => (drop.status === 'fulfilled' ? drop.value : []));
    if (runs + fires + days.length > 0) log.info({ runs, fires, days }, 'forgot what is old');
    for (const drop of drops) if (drop.status === 'rejected') throw drop.reason;
  };
  return startLoop({ name: 'retention', clock, log, everyMs: EVERY_MS, pass });
}
