import type { MessageInitShape } from '@bufbuild/protobuf';
import type { WatchResponseSchema } from '@millrace/contracts/millrace/v1/watch_service_pb';
import {
  type Database,
  flowRunMessage,
  getFlowRun,
  logRecordMessage,
  type RunHead,
  readFlowRunStates,
  readLog,
  readRunHeads,
  stateMessage,
} from '@millrace/db';
import { notFound } from '@millrace/rpc/errors';
import { cursorOf, type Subject } from './subject.ts';

type Event = MessageInitShape<typeof WatchResponseSchema>;
type LogSubject = Subject & { kind: 'logs' };
type StateSubject = Subject & { kind: 'states' };

// One event's; long records make it fewer.
const mostRecords = 1_000;

/** What one run's subjects have not seen, and moves them on. Reads as it is pulled, page by page. */
export async function* readNews(
  database: Database,
  subjects: readonly Subject[],
  head: RunHead,
): AsyncGenerator<Event, void> {
  const changed = subjects
    .filter((subject) => subject.kind === 'states')
    .filter(({ after }) => after < head.state_count);
  const followed = subjects.filter((subject) => subject.kind === 'logs');
  if (changed.length === 0) return yield* readRecords(database, followed, head.log_chunks);
  const run = await getFlowRun(database, head.id);
  // What the run said before this state was written before it: looked at after the state, it is there.
  const log = (await readRunHeads(database, [head.id])).get(head.id);
  if (!run || !log) throw notFound('flow run', head.id);
  yield* readRecords(database, followed, log.log_chunks);
  for (const subject of changed) {
    // Not the states after the run's own: the records before those have not been sent.
    yield changeOf(
      subject,
      run,
      await readFlowRunStates(database, run.id, { after: subject.after, to: run.state_count }),
    );
  }
}

function changeOf(
  subject: StateSubject,
  run: NonNullable<Awaited<ReturnType<typeof getFlowRun>>>,
  states: Awaited<ReturnType<typeof readFlowRunStates>>,
): Event {
  subject.after = run.state_count;
  const value = { flowRun: flowRunMessage(run), states: states.map(stateMessage) };
  return { subject: subject.place, cursor: cursorOf(subject), event: { case: 'flowRun', value } };
}

async function* readRecords(
  database: Database,
  subjects: readonly LogSubject[],
  to: number,
): AsyncGenerator<Event, void> {
  for (const subject of subjects) {
    const { flowRunId, place } = subject;
    while (subject.next.ordinal <= to) {
      const { lines, next, more } = await readLog(database, { flowRunId, from: subject.next, to, limit: mostRecords });
      subject.next = more ? next : { ordinal: to + 1, index: 0 };
      if (lines.length === 0) continue;
      const value = { records: lines.map((line) => logRecordMessage(flowRunId, line)) };
      yield { subject: place, cursor: cursorOf(subject), event: { case: 'logs', value } };
    }
  }
}
