import { newId } from '@millrace/clock';
import type { Hello } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { closeAgentStream, openAgentStream } from '@millrace/db';
import type { Context } from '../context.ts';

/** An agent's place among those that are connected. */
export interface AgentEntry {
  /** To be called when the stream has ended; does nothing where the agent has come back by another one. */
  close(): Promise<void>;
}

/** Makes the agent known, with this stream as its current one. */
export async function enterAgent(
  { database, signals, clock }: Pick<Context, 'database' | 'signals' | 'clock'>,
  hello: Hello,
): Promise<AgentEntry> {
  const id = hello.agentId;
  const streamId = newId(clock);
  const tell = () => signals.publish([{ kind: 'agent', id }]);
  await openAgentStream(database, { ...hello, id }, { id: streamId, now: clock.now() });
  tell();
  return {
    async close() {
      if (await closeAgentStream(database, id, streamId)) tell();
    },
  };
}
