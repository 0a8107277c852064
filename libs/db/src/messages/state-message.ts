import { create } from '@bufbuild/protobuf';
import { type DataDocument, DataDocumentSchema } from '@millrace/contracts/millrace/v1/data_document_pb';
import { type State, StateSchema, StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { timestampMessage, timestampMessageOrNone } from './time-message.ts';

/** What every row of a state's history has; times are epoch milliseconds. */
export interface StateRow {
  readonly id: string;
  /** "SCHEDULED". */
  readonly type: string;
  readonly name: string;
  readonly message: string;
  readonly timestamp: number;
  readonly data_encoding: string | null;
  readonly data_blob: Uint8Array | null;
  readonly scheduled_time: number | null;
  readonly cause: string | null;
  readonly actor: string;
  readonly epoch: number;
}

const types: Readonly<Record<string, StateType | undefined>> = {
  SCHEDULED: StateType.SCHEDULED,
  PENDING: StateType.PENDING,
  RUNNING: StateType.RUNNING,
  COMPLETED: StateType.COMPLETED,
  FAILED: StateType.FAILED,
  CANCELLED: StateType.CANCELLED,
  CRASHED: StateType.CRASHED,
  CANCELLING: StateType.CANCELLING,
};

/** A state of a history as the contract has it. */
export function stateMessage(row: StateRow): State {
  return create(StateSchema, {
    id: row.id,
    type: types[row.type] ?? StateType.UNSPECIFIED,
    name: row.name,
    message: row.message,
    timestamp: timestampMessage(row.timestamp),
    data: dataDocument(row.data_encoding, row.data_blob),
    actor: row.actor,
    details: {
      scheduledTime: timestampMessageOrNone(row.scheduled_time),
      epoch: row.epoch,
      cause: row.cause ?? undefined,
    },
  });
}

function dataDocument(encoding: string | null, blob: Uint8Array | null): DataDocument | undefined {
  return encoding === null || blob === null ? undefined : create(DataDocumentSchema, { encoding, blob: bytes(blob) });
}

// A plain view: Buffers print and compare otherwise.
function bytes(blob: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(blob);
}
