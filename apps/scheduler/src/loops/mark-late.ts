import { newId } from '@millrace/clock';
import { markLateFlowRuns } from '@millrace/db';
import type { Context } from '../context.ts';
import { type Loop, startLoop } from './loop.ts';

const EVERY_MS = 2_000;
const BATCH_SIZE = 400;

/** Names runs Late that still wait 5 s after their time, each once. */
export function startMarkLate({ database, signals, clock, log }: Context): Loop {
  const pass = async (stopped: AbortSignal) => {
    for (let more = true; more && !stopped.aborted; ) {
      const by = { now: clock.now(), actor: 'scheduler', newId: () => newId(clock) };
      const marked = await markLateFlowRuns(database, { ...by, limit: BATCH_SIZE });
      signals.publish(marked.signals);
      more = marked.count === BATCH_SIZE;
    }
  };
  return startLoop({ name: 'mark-late', clock, log, everyMs: EVERY_MS, pass });
}
