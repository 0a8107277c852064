import type { WatchRequest } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { MillraceError, unavailable } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import { FlowRunsFollower } from '../watch/flow-runs-follower.ts';
import { followList } from '../watch/follow-list.ts';
import { followNamedRuns } from '../watch/follow-named-runs.ts';
import type { Follower, WatchContext, WatchEvent } from '../watch/follower.ts';
import { type RunSubject, readSubject, type Subject } from '../watch/subject.ts';
import { openTurns } from '../watch/turns.ts';

const aliveAfterMs = 10_000;

export async function* watch(
  context: WatchContext,
  request: WatchRequest,
  { signal }: Pick<CallContext, 'signal'>,
): AsyncGenerator<WatchEvent, void> {
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
  context: WatchContext,
  subjects: readonly Subject[],
  abort: AbortSignal,
): AsyncGenerator<WatchEvent, void> {
  const { clock } = context;
  // Subscribed before the first look: what happens after it is signalled.
  using turns = openTurns(clock, followersOf(context, subjects));
  let heardAt = clock.now();
  while (!abort.aborted) {
    for await (const event of turns.look()) {
      yield event;
      heardAt = clock.now();
    }
    if (clock.now() - heardAt >= aliveAfterMs) {
      yield { event: { case: 'alive', value: {} } };
      heardAt = clock.now();
    }
    await turns.wait(heardAt + aliveAfterMs, abort);
  }
}

function followersOf(context: WatchContext, subjects: readonly Subject[]): ((wake: () => void) => Follower)[] {
  const runs: RunSubject[] = [];
  const followers: ((wake: () => void) => Follower)[] = [];
  for (const subject of subjects) {
    if (subject.kind === 'states' || subject.kind === 'logs') runs.push(subject);
    else if (subject.kind === 'flow-runs') followers.push((wake) => new FlowRunsFollower(context, subject, wake));
    else followers.push((wake) => followList(context, subject, wake));
  }
  return runs.length > 0 ? [(wake) => followNamedRuns(context, runs, wake), ...followers] : followers;
}
