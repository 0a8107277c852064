import { createHash } from 'node:crypto';
import { create, toBinary } from '@bufbuild/protobuf';
import { AgentsChangedSchema, WorkQueuesChangedSchema } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { agentMessage, listAgents, listWorkQueues, type Signal, workQueueMessage } from '@millrace/db';
import { calmPauseMs, type Follower, pollMs, type WatchContext, type WatchEvent } from './follower.ts';
import { cursorOf, type ListSubject } from './subject.ts';

interface List {
  readonly event: NonNullable<WatchEvent['event']>;
  /** Different where the list is. */
  readonly digest: string;
}

interface Kind {
  readonly signal: Signal['kind'];
  readonly read: (context: WatchContext) => Promise<List>;
}

const kinds: Record<ListSubject['kind'], Kind> = {
  'work-queues': { signal: 'queue-changed', read: readWorkQueues },
  agents: { signal: 'agent', read: readAgents },
};

/** Follows a list that is told whole, whenever it differs from what was told last. */
export function followList(context: WatchContext, subject: ListSubject, wake: () => void): Follower {
  const { signal, read } = kinds[subject.kind];
  const unsubscribe = context.signals.subscribe(({ kind }) => {
    if (kind === signal || kind === 'resync') wake();
  });
  return {
    pauseMs: calmPauseMs,
    pollMs,
    async *news() {
      const { event, digest } = await read(context);
      if (digest === subject.digest) return;
      subject.digest = digest;
      yield { subject: subject.place, cursor: cursorOf(subject), event };
    },
    [Symbol.dispose]: unsubscribe,
  };
}

async function readWorkQueues({ database }: WatchContext): Promise<List> {
  const value = create(WorkQueuesChangedSchema, { workQueues: (await listWorkQueues(database)).map(workQueueMessage) });
  return { event: { case: 'workQueues', value }, digest: digestOf(toBinary(WorkQueuesChangedSchema, value)) };
}

async function readAgents({ database, clock }: WatchContext): Promise<List> {
  const rows = await listAgents(database, { now: clock.now() });
  const listed = (agents: typeof rows) => create(AgentsChangedSchema, { agents: agents.map(agentMessage) });
  // Of a connected one this moves with every heartbeat, and says no more than that it is connected.
  const lasting = rows.map((row) => (row.connected ? { ...row, last_seen: 0 } : row));
  const digest = digestOf(toBinary(AgentsChangedSchema, listed(lasting)));
  return { event: { case: 'agents', value: listed(rows) }, digest };
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}
