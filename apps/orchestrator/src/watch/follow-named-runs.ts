import { type RunHead, readRunHeads } from '@millrace/db';
import { notFound } from '@millrace/rpc/errors';
import { type Follower, pollMs, type WatchContext } from './follower.ts';
import { readNews } from './read-news.ts';
import { badCursor, type RunSubject } from './subject.ts';

/** Follows states and logs of runs that are named: one look for all of them. */
export function followNamedRuns(
  { database, signals }: WatchContext,
  subjects: readonly RunSubject[],
  wake: () => void,
): Follower {
  const runs = Map.groupBy(subjects, (subject) => subject.flowRunId);
  const unsubscribe = signals.subscribe(({ kind, id }) => {
    if (kind === 'resync' || ((kind === 'flow-run' || kind === 'log') && runs.has(id))) wake();
  });
  let checked = false;
  const look = async () => {
    const heads = await readRunHeads(database, [...runs.keys()]);
    const found = [...runs].map(([id, subjects]) => {
      const head = heads.get(id);
      if (!head) throw notFound('flow run', id);
      return { head, subjects };
    });
    if (!checked) for (const { head, subjects } of found) for (const subject of subjects) checkCursor(subject, head);
    checked = true;
    return found;
  };
  return {
    pauseMs: 0,
    pollMs,
    async *news() {
      for (const { head, subjects } of await look()) yield* readNews(database, subjects, head);
    },
    [Symbol.dispose]: unsubscribe,
  };
}

/** INVALID_ARGUMENT for a cursor that the run has not come to: it is of another run. */
function checkCursor(subject: RunSubject, head: RunHead): void {
  const ahead =
    subject.kind === 'states'
      ? subject.after > head.state_count
      : subject.next.ordinal > head.log_chunks + 1 ||
        (subject.next.ordinal > head.log_chunks && subject.next.index > 0);
  if (ahead) throw badCursor(subject.place);
}
