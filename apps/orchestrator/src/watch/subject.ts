import type { WatchSubject } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { type LogPosition, logStart, type RunHead } from '@millrace/db';
import { invalidArgument } from '@millrace/rpc/errors';

/** One thing that a watcher follows, and how far it has come. */
export type Subject =
  | { readonly kind: 'states'; readonly place: number; readonly flowRunId: string; after: number }
  | { readonly kind: 'logs'; readonly place: number; readonly flowRunId: string; next: LogPosition };

/** Reads a request's subject. INVALID_ARGUMENT for a cursor that is none of this kind of subject. */
export function readSubject({ subject, cursor }: WatchSubject, place: number): Subject {
  switch (subject.case) {
    case 'flowRunId':
      return { kind: 'states', place, flowRunId: subject.value.toLowerCase(), after: readStateCursor(cursor, place) };
    case 'logsOfFlowRunId':
      return { kind: 'logs', place, flowRunId: subject.value.toLowerCase(), next: readLogCursor(cursor, place) };
    default:
      throw invalidArgument([{ field: `subjects[${place}].subject`, description: 'is missing' }]);
  }
}

/** Where a subject is now, for going on from there. */
export function cursorOf(subject: Subject): string {
  return subject.kind === 'states' ? `s${subject.after}` : `l${subject.next.ordinal}.${subject.next.index}`;
}

/** INVALID_ARGUMENT for a cursor that the run has not come to: it is of another run. */
export function checkCursor(subject: Subject, head: RunHead): void {
  const ahead =
    subject.kind === 'states'
      ? subject.after > head.state_count
      : subject.next.ordinal > head.log_chunks + 1 ||
        (subject.next.ordinal > head.log_chunks && subject.next.index > 0);
  if (ahead) throw badCursor(subject.place);
}

function readStateCursor(cursor: string, place: number): number {
  if (cursor === '') return 0;
  const match = /^s(\d{1,9})$/.exec(cursor);
  if (!match) throw badCursor(place);
  return Number(match[1]);
}

function readLogCursor(cursor: string, place: number): LogPosition {
  if (cursor === '') return logStart;
  const match = /^l([1-9]\d{0,8})\.(\d{1,9})$/.exec(cursor);
  if (!match) throw badCursor(place);
  return { ordinal: Number(match[1]), index: Number(match[2]) };
}

function badCursor(place: number) {
  return invalidArgument([{ field: `subjects[${place}].cursor`, description: 'is not a cursor of this subject' }]);
}
