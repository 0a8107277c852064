import { type Executor, statement } from '../connection/statement.ts';
import { lastSeen } from './last-seen.ts';

const giveUp = statement<{ id: string }>(
  'give_up_agent',
  `update millrace.agent set stream_id = null, last_seen = seen.at
   from (select a.id, ${lastSeen} as at from millrace.agent a join millrace.holder h on h.id = a.id
         where a.id = $1) as seen
   where agent.id = seen.id
   returning agent.id`,
);

/**
 * Writes down when an agent was last seen before its lease, which tells, is deleted, and that whatever stream it had is
 * taken for ended. False where the holder is no agent.
 */
export async function giveUpAgent(executor: Executor, holderId: string): Promise<boolean> {
  const given = await executor.run(giveUp, [holderId]);
  return given.length > 0;
}
