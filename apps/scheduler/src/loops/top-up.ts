import { topUpAllSchedules } from '@millrace/db';
import type { Context } from '../context.ts';
import { type Loop, startLoop } from './loop.ts';

const EVERY_MS = 5_000;

/** Keeps every active schedule's next runs made ahead; a pass costs what is due, not what there is. */
export function startTopUp({ database, signals, clock, log }: Context): Loop {
  const publish = signals.publish.bind(signals);
  const pass = async (signal: AbortSignal) => {
    await topUpAllSchedules(database, { clock, publish, signal });
  };
  return startLoop({ name: 'top-up', clock, log, everyMs: EVERY_MS, pass });
}
