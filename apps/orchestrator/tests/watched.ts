import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import type { WatchResponse, WatchService, WatchSubjectSchema } from '@millrace/contracts/millrace/v1/watch_service_pb';

export type SubjectInit = MessageInitShape<typeof WatchSubjectSchema>;

/** A stream that is read event by event. */
export interface Watched extends AsyncDisposable {
  /** The next event, signs of life left out. */
  next(): Promise<WatchResponse>;
  /** The next event in short: "0: reset b a", "1: b -c" (c has left), "2: queues q", "3: agents a+ b-". */
  text(): Promise<string>;
  /** The last event's cursor. */
  readonly cursor: string;
}

export function watched(client: Client<typeof WatchService>, ...subjects: SubjectInit[]): Watched {
  const events = client.watch({ subjects })[Symbol.asyncIterator]();
  let cursor = '';
  const next = async () => {
    for (;;) {
      const { value, done } = await events.next();
      if (done) throw new Error('the stream has ended');
      if (value.event.case === 'alive') continue;
      cursor = value.cursor;
      return value;
    }
  };
  return {
    next,
    text: async () => textOf(await next()),
    get cursor() {
      return cursor;
    },
    async [Symbol.asyncDispose]() {
      await events.return?.();
    },
  };
}

function textOf({ subject, event }: WatchResponse): string {
  return [`${subject}:`, ...wordsOf(event)].join(' ');
}

function wordsOf(event: WatchResponse['event']): string[] {
  switch (event.case) {
    case 'flowRuns': {
      const { flowRuns, leftIds, reset } = event.value;
      return [...(reset ? ['reset'] : []), ...flowRuns.map(({ name }) => name), ...leftIds.map((id) => `-${id}`)];
    }
    case 'workQueues':
      return ['queues', ...event.value.workQueues.map(({ name }) => name)];
    case 'agents':
      return ['agents', ...event.value.agents.map(({ name, connected }) => `${name}${connected ? '+' : '-'}`)];
    case 'flowRun':
      return [event.value.states.map(({ name }) => name).join(',')];
    default:
      return [event.case ?? 'nothing'];
  }
}
