import { toBinary } from '@bufbuild/protobuf';
import { FlowRunSchema } from '@millrace/contracts/millrace/v1/flow_run_pb';
import {
  type Database,
  flowRunMessage,
  getFlowRun,
  logRecordMessage,
  type RunHead,
  readLog,
  readRunHeads,
  type SelectedFlowRun,
} from '@millrace/db';
import { notFound } from '@millrace/rpc/errors';
import { mostMessageBytes } from '../messages/by-size.ts';
import { statesBySize } from '../messages/states-by-size.ts';
import type { WatchEvent } from './follower.ts';
import { cursorOf, type LogSubject, type RunSubject, type StatesSubject } from './subject.ts';

// One event's; long records make it fewer.
const mostRecords = 1_000;
// Beside a run whose own size is near the limit.
const leastForStates = 256 * 1024;

/** What one run's subjects have not seen, and moves them on. Reads as it is pulled, page by page. */
export async function* readNews(
  database: Database,
  subjects: readonly RunSubject[],
  head: RunHead,
): AsyncGenerator<WatchEvent, void> {
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
  for (const subject of changed) yield* readStates(database, subject, run);
}

async function* readStates(
  database: Database,
  subject: StatesSubject,
  run: SelectedFlowRun,
): AsyncGenerator<WatchEvent, void> {
  const flowRun = flowRunMessage(run);
  const mostBytes = Math.max(mostMessageBytes - toBinary(FlowRunSchema, flowRun).byteLength, leastForStates);
  // Not the states after the run's own: the records before those have not been sent.
  const which = { after: subject.after, to: run.state_count, mostBytes };
  for await (const { states, last } of statesBySize(database, run.id, which)) {
    subject.after = last;
    yield {
      subject: subject.place,
      cursor: cursorOf(subject),
      event: { case: 'flowRun', value: { flowRun, states } },
    };
  }
}

async function* readRecords(
  database: Database,
  subjects: readonly LogSubject[],
  to: number,
): AsyncGenerator<WatchEvent, void> {
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
