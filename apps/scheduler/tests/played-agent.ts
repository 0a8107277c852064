import type { MessageInitShape } from '@bufbuild/protobuf';
import { newId, systemClock } from '@millrace/clock';
import {
  type DispatchRequestSchema,
  type DispatchResponse,
  WorkQueueService,
} from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { openGrpc } from '@millrace/rpc/grpc-client';
import { expect } from 'vitest';

type Request = MessageInitShape<typeof DispatchRequestSchema>;
export type AgentMessage = NonNullable<Request['message']>;

/** What a Hello says that matters to a test. */
export interface PlayedHello {
  readonly agentId?: string;
  readonly runs?: { flowRunId: string; epoch: number }[];
}

/** An agent's side of a stream, driven by hand. */
export function playAgent(url: string, workQueueNames: string[], hello: PlayedHello) {
  const channel = openGrpc(url);
  const cancel = new AbortController();
  const outgoing: Request[] = [];
  let wake = Promise.withResolvers<void>();
  const requests = async function* () {
    for (;;) {
      for (let next = outgoing.shift(); next; next = outgoing.shift()) yield next;
      await wake.promise;
      wake = Promise.withResolvers();
    }
  };
  const send = (message: AgentMessage) => {
    outgoing.push({ message });
    wake.resolve();
  };
  send({ case: 'hello', value: { agentId: newId(systemClock), name: 'a', workQueueNames, slots: 4, ...hello } });
  const responses = channel
    .client(WorkQueueService)
    .dispatch(requests(), { signal: cancel.signal })
    [Symbol.asyncIterator]();
  return {
    send,
    async next<Case extends NonNullable<DispatchResponse['message']['case']>>(expected: Case) {
      const { value } = await responses.next();
      const message = (value as DispatchResponse | undefined)?.message;
      expect(message?.case).toBe(expected);
      return message?.value as Extract<DispatchResponse['message'], { case: Case }>['value'];
    },
    end: () => responses.next(),
    [Symbol.dispose]() {
      cancel.abort();
      channel[Symbol.dispose]();
    },
  };
}
