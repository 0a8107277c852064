import type { MessageInitShape } from '@bufbuild/protobuf';
import type { WatchRequest, WatchResponseSchema } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { type RunHead, readRunHeads } from '@millrace/db';
import { MillraceError, notFound, unavailable } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import type { Context } from '../context.ts';
import { readNews } from '../watch/read-news.ts';
import { checkCursor, readSubject, type Subject } from '../watch/subject.ts';
import { openWaker } from '../watch/waker.ts';

type WatchContext = Pick<Context, 'database' | 'signals' | 'clock' | 'log'>;
type Event = MessageInitShape<typeof WatchResponseSchema>;

// For signals that were lost: a process may die between its commit and its signal.
const pollEveryMs = 2_000;
const aliveAfterMs = 10_000;

export async function* watch(
  context: WatchContext,
  request: WatchRequest,
  { signal }: Pick<CallContext, 'signal'>,
): AsyncGenerator<Event, void> {
  try {
    yield* follow(context, request.subjects.map(readSubject), signal);
  } catch (error) {
    if (error instanceof MillraceError || signal.aborted) throw error;
    // Most likely the database is away; the client has its cursors and can go on here or elsewhere.
    context.log.warn({ err: error }, 'a watch ended');
    throw unavailable('NOT_READ', 'the subjects could not be read; go on with the last cursors');
  }
}

async function* follow(
  { database, signals, clock }: WatchContext,
  subjects: readonly Subject[],
  abort: AbortSignal,
): AsyncGenerator<Event, void> {
  const runs = Map.groupBy(subjects, (subject) => subject.flowRunId);
  const ids = new Set(runs.keys());
  // Before the first look: what happens after it is signalled.
  using waker = openWaker(signals, clock, ids);
  const look = async () => {
    const heads = await readRunHeads(database, [...ids]);
    return subjectsOf(runs, heads);
  };
  let found = await look();
  for (const { head, subjects } of found) for (const subject of subjects) checkCursor(subject, head);
  let heardAt = clock.now();
  while (!abort.aborted) {
    for (const { head, subjects } of found) {
      for await (const event of readNews(database, subjects, head)) {
        yield event;
        heardAt = clock.now();
      }
    }
    if (clock.now() - heardAt >= aliveAfterMs) {
      yield { event: { case: 'alive', value: {} } };
      heardAt = clock.now();
    }
    await waker.wait(Math.min(pollEveryMs, heardAt + aliveAfterMs - clock.now()), abort);
    if (!abort.aborted) found = await look();
  }
}

function subjectsOf(
  runs: ReadonlyMap<string, readonly Subject[]>,
  heads: ReadonlyMap<string, RunHead>,
): { head: RunHead; subjects: readonly Subject[] }[] {
  return [...runs].map(([id, subjects]) => {
    const head = heads.get(id);
    if (!head) throw notFound('flow run', id);
    return { head, subjects };
  });
}
