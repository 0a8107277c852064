import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';

/** An agent as it says that it is. */
export interface AgentToOpen {
  readonly id: string;
  readonly name: string;
  readonly workQueueNames: readonly string[];
  readonly slots: number;
  readonly flowRunnerTypes: readonly string[];
  readonly version: string;
}

const open = statement(
  'open_agent_stream',
  `insert into millrace.agent
     (id, created, name, work_queue_names, slots, flow_runner_types, version, stream_id, last_seen)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $2)
   on conflict (id) do update set name = excluded.name, work_queue_names = excluded.work_queue_names,
     slots = excluded.slots, flow_runner_types = excluded.flow_runner_types, version = excluded.version,
     stream_id = excluded.stream_id, last_seen = greatest(millrace.agent.last_seen, excluded.last_seen)`,
);

/** Says that an agent has opened a stream, which is the current one from now on. */
export async function openAgentStream(
  executor: Executor,
  agent: AgentToOpen,
  stream: { readonly id: string; readonly now: number },
): Promise<void> {
  await executor.run(open, [
    agent.id,
    toInstant(stream.now),
    agent.name,
    agent.workQueueNames,
    agent.slots,
    agent.flowRunnerTypes,
    agent.version,
    stream.id,
  ]);
}
