import { newId } from '@millrace/clock';
import { topUpSchedules } from '@millrace/db';
import type { Context } from '../context.ts';
import { type Loop, startLoop } from './loop.ts';

const EVERY_MS = 5_000;
const BATCH_SIZE = 500;

/** Keeps every active schedule's next runs made ahead; a pass costs what is due, not what there is. */
export function startTopUp({ database, signals, clock, log }: Context): Loop {
  const pass = async (stopped: AbortSignal) => {
    for (let more = true; more && !stopped.aborted; ) {
      const result = await topUpSchedules(database, { now: clock.now(), limit: BATCH_SIZE, newId: () => newId(clock) });
      signals.publish(result.signals);
      more = result.isMoreDue;
    }
  };
  return startLoop({ name: 'top-up', clock, log, everyMs: EVERY_MS, pass });
}
