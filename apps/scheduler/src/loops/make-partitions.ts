import { ensurePartitions } from '@millrace/db';
import type { Context } from '../context.ts';
import { type Loop, startLoop } from './loop.ts';

const HOUR_MS = 3_600_000;

/** Keeps a week of the history's and the logs' days made ahead. */
export function startMakePartitions({ database, clock, log }: Context): Loop {
  const pass = () => ensurePartitions(database, clock.now());
  return startLoop({ name: 'make-partitions', clock, log, everyMs: HOUR_MS, pass });
}
