import { forgetAgents } from '@millrace/db';
import type { Context } from '../context.ts';
import { type Loop, startLoop } from './loop.ts';

const EVERY_MS = 60_000;

/** Forgets agents an hour after they were last seen. */
export function startForgetAgents({ database, signals, clock, log }: Context): Loop {
  const pass = async () => signals.publish(await forgetAgents(database, clock.now()));
  return startLoop({ name: 'forget-agents', clock, log, everyMs: EVERY_MS, pass });
}
