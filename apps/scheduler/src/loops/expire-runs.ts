import { newId } from '@millrace/clock';
import { expireFlowRuns } from '@millrace/db';
import type { Context } from '../context.ts';
import { type Loop, startLoop } from './loop.ts';

const EVERY_MS = 2_000;
const BATCH_SIZE = 400;

/** Skips runs that nobody took in the time that their schedules gave them, as a claim does that comes too late. */
export function startExpireRuns({ database, signals, clock, log }: Context): Loop {
  const pass = async (stopped: AbortSignal) => {
    for (let more = true; more && !stopped.aborted; ) {
      const by = { now: clock.now(), actor: 'scheduler', newId: () => newId(clock) };
      const expired = await expireFlowRuns(database, { ...by, limit: BATCH_SIZE });
      signals.publish(expired.signals);
      more = expired.count === BATCH_SIZE;
    }
  };
  return startLoop({ name: 'expire-runs', clock, log, everyMs: EVERY_MS, pass });
}
