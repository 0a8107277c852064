import { create } from '@bufbuild/protobuf';
import { FlowRunFilterSchema } from '@millrace/contracts/millrace/v1/flow_run_filter_pb';
import type {
  FlowRunsSubject as FlowRunsMessage,
  WatchSubject,
} from '@millrace/contracts/millrace/v1/watch_service_pb';
import { type FlowRunFilter, type LogPosition, logStart } from '@millrace/db';
import { invalidArgument } from '@millrace/rpc/errors';
import { readFlowRunFilter } from '../requests/read-flow-run-filter.ts';

/** One thing that a watcher follows, and how far it has come. */
export type Subject = RunSubject | FlowRunsSubject | ListSubject;

/** The states of one run, or its log. */
export type RunSubject = StatesSubject | LogSubject;

export interface StatesSubject {
  readonly kind: 'states';
  readonly place: number;
  readonly flowRunId: string;
  /** The last ordinal that was told. */
  after: number;
}

export interface LogSubject {
  readonly kind: 'logs';
  readonly place: number;
  readonly flowRunId: string;
  next: LogPosition;
}

/** Runs by a filter. */
export interface FlowRunsSubject {
  readonly kind: 'flow-runs';
  readonly place: number;
  readonly filter: FlowRunFilter;
  /** How many of the newest come first. */
  readonly limit: number;
  /** What was received before this has been told, but for transactions under way then; undefined: nothing has been. */
  since: number | undefined;
}

/** A list that is told whole. */
export interface ListSubject {
  readonly kind: 'work-queues' | 'agents';
  readonly place: number;
  /** Of what was told last; empty: nothing was. */
  digest: string;
}

const defaultLimit = 50;

/** Reads a request's subject. INVALID_ARGUMENT for a cursor that is none of this kind of subject. */
export function readSubject({ subject, cursor }: WatchSubject, place: number): Subject {
  switch (subject.case) {
    case 'flowRunId':
      return { kind: 'states', place, flowRunId: subject.value.toLowerCase(), after: readStateCursor(cursor, place) };
    case 'logsOfFlowRunId':
      return { kind: 'logs', place, flowRunId: subject.value.toLowerCase(), next: readLogCursor(cursor, place) };
    case 'flowRuns':
      return readFlowRuns(subject.value, cursor, place);
    case 'workQueues':
    case 'agents': {
      const kind = subject.case === 'agents' ? 'agents' : 'work-queues';
      const [digest = ''] = readCursor(cursor, kind === 'agents' ? /^a([\w-]{22})$/ : /^q([\w-]{22})$/, place);
      return { kind, place, digest };
    }
    default:
      throw invalidArgument([{ field: `subjects[${place}].subject`, description: 'is missing' }]);
  }
}

/** Where a subject is now, for going on from there. */
export function cursorOf(subject: Subject): string {
  switch (subject.kind) {
    case 'states':
      return `s${subject.after}`;
    case 'logs':
      return `l${subject.next.ordinal}.${subject.next.index}`;
    case 'flow-runs':
      return subject.since === undefined ? '' : `r${subject.since}`;
    case 'work-queues':
      return `q${subject.digest}`;
    case 'agents':
      return `a${subject.digest}`;
  }
}

/** INVALID_ARGUMENT for what is not a cursor of the subject at this place of the request. */
export function badCursor(place: number) {
  return invalidArgument([{ field: `subjects[${place}].cursor`, description: 'is not a cursor of this subject' }]);
}

function readFlowRuns({ filter, limit }: FlowRunsMessage, cursor: string, place: number): FlowRunsSubject {
  const [since] = readCursor(cursor, /^r(\d{1,15})$/, place);
  return {
    kind: 'flow-runs',
    place,
    filter: readFlowRunFilter(filter ?? create(FlowRunFilterSchema), `subjects[${place}].flow_runs.filter`),
    limit: limit || defaultLimit,
    since: since === undefined ? undefined : Number(since),
  };
}

function readStateCursor(cursor: string, place: number): number {
  const [after = '0'] = readCursor(cursor, /^s(\d{1,9})$/, place);
  return Number(after);
}

function readLogCursor(cursor: string, place: number): LogPosition {
  const [ordinal, index] = readCursor(cursor, /^l([1-9]\d{0,8})\.(\d{1,9})$/, place);
  return ordinal === undefined ? logStart : { ordinal: Number(ordinal), index: Number(index) };
}

/** The groups of the pattern; none where there is no cursor. */
function readCursor(cursor: string, pattern: RegExp, place: number): string[] {
  if (cursor === '') return [];
  const match = pattern.exec(cursor);
  if (!match) throw badCursor(place);
  return match.slice(1);
}
