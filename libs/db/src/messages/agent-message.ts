import { create } from '@bufbuild/protobuf';
import { type Agent, AgentSchema } from '@millrace/contracts/millrace/v1/agent_pb';
import type { SelectedAgent } from '../agents/list-agents.ts';
import { timestampMessage } from './time-message.ts';

/** An agent as the contract has it. */
export function agentMessage(row: SelectedAgent): Agent {
  return create(AgentSchema, {
    id: row.id,
    name: row.name,
    workQueueNames: row.work_queue_names,
    slots: row.slots,
    flowRunnerTypes: row.flow_runner_types,
    version: row.version,
    created: timestampMessage(row.created),
    lastSeen: timestampMessage(row.last_seen),
    connected: row.connected,
  });
}
