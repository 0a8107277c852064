import { toBinary } from '@bufbuild/protobuf';
import { type State, StateSchema } from '@millrace/contracts/millrace/v1/state_pb';
import { type Executor, readFlowRunStates, stateMessage } from '@millrace/db';
import { mostMessageBytes } from './by-size.ts';

/** Part of a history. */
export interface HistoryPart {
  /** Oldest first. */
  readonly states: State[];
  /** The last one's ordinal. */
  readonly last: number;
}

// At once from the database: a state may have 64 KiB of data.
const pageSize = 100;

/** A run's history after one ordinal up to another, in parts that each fit a message. Reads as it is pulled. */
export async function* statesBySize(
  executor: Executor,
  flowRunId: string,
  which: { readonly after: number; readonly to?: number; readonly mostBytes?: number },
): AsyncGenerator<HistoryPart, void> {
  const { to, mostBytes = mostMessageBytes } = which;
  let states: State[] = [];
  let bytes = 0;
  let last = which.after;
  for (;;) {
    const rows = await readFlowRunStates(executor, flowRunId, { after: last, to, limit: pageSize });
    for (const row of rows) {
      const state = stateMessage(row);
      const size = toBinary(StateSchema, state).byteLength;
      if (states.length > 0 && bytes + size > mostBytes) {
        yield { states, last };
        states = [];
        bytes = 0;
      }
      states.push(state);
      bytes += size;
      last = row.ordinal;
    }
    if (rows.length < pageSize) break;
  }
  if (states.length > 0) yield { states, last };
}
