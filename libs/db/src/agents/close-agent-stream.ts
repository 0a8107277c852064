import { type Executor, statement } from '../connection/statement.ts';
import { lastSeen } from './last-seen.ts';

const close = statement<{ id: string }>(
  'close_agent_stream',
  `update millrace.agent set stream_id = null, last_seen = seen.at
   from (select a.id, ${lastSeen} as at from millrace.agent a left join millrace.holder h on h.id = a.id
         where a.id = $1) as seen
   where agent.id = seen.id and agent.stream_id = $2
   returning agent.id`,
);

/** Says that a stream has ended. False where the agent has opened another one since: that one counts. */
export async function closeAgentStream(executor: Executor, agentId: string, streamId: string): Promise<boolean> {
  const closed = await executor.run(close, [agentId, streamId]);
  return closed.length > 0;
}
