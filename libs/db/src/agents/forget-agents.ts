import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';

// Who has a lease was seen within it.
const forget = statement<{ id: string }>(
  'forget_agents',
  `delete from millrace.agent a
   where a.last_seen < $1 and not exists (select from millrace.holder h where h.id = a.id)
   returning a.id`,
);

const rememberedMs = 3_600_000;

/** Deletes the agents that were last seen more than an hour ago; gives the wake-ups to publish. */
export async function forgetAgents(executor: Executor, now: number): Promise<Signal[]> {
  const gone = await executor.run(forget, [toInstant(now - rememberedMs)]);
  return gone.map(({ id }) => ({ kind: 'agent', id }));
}
