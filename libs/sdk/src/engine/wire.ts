import type { MessageInitShape } from '@bufbuild/protobuf';
import { durationMs, timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import type { Code } from '@connectrpc/connect';
import type { LogBatchSchema } from '@millrace/contracts/millrace/v1/log_service_pb';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import {
  type TransitionAnswer,
  type TransitionSchema,
  TransitionStatus,
} from '@millrace/contracts/millrace/v1/transition_service_pb';
import type { EngineAnswer, EngineAssignment } from './ipc.ts';
import type { RunMessage } from './link.ts';
import { ItemError } from './until-answered.ts';

export { ItemError } from './until-answered.ts';

type Holding = Pick<EngineAssignment, 'flowRunId' | 'epoch'>;

/** A proposal of an engine, as the contract has it. */
export function toTransition(
  { flowRunId, epoch }: Holding,
  { requestId, state, infrastructure }: RunMessage & { type: 'transition' },
): MessageInitShape<typeof TransitionSchema> {
  return {
    flowRunId,
    requestId,
    epoch,
    state: {
      type: StateType[state.type],
      name: state.name ?? '',
      message: state.message ?? '',
      ...(state.data && { data: { encoding: state.data.encoding, blob: Uint8Array.from(state.data.blob) } }),
      timestamp: timestampFromMs(state.timestamp),
      ...(state.type === 'CRASHED' && { cause: 'process-ended' }),
      endsProcess: state.endsProcess ?? false,
    },
    ...(infrastructure && { infrastructure }),
  };
}

/** A batch of an engine's records, as the contract has it. */
export function toLogBatch(
  { flowRunId, epoch }: Holding,
  { batchId, records }: RunMessage & { type: 'logs' },
): MessageInitShape<typeof LogBatchSchema> {
  return {
    flowRunId,
    epoch,
    batchId: BigInt(batchId),
    records: records.map(({ level, logger, message, timestamp, sequence }) => ({
      level,
      logger,
      message,
      timestamp: timestampFromMs(timestamp),
      sequence: BigInt(sequence),
    })),
  };
}

/**
 * What the server answers to who holds the run under `epoch`, as an engine reads it. A delay is the engine's to wait for
 * where the server left the lease as it was, which the epoch tells. Throws an {@link ItemError} where the item was not decided.
 */
export function fromAnswer({ status, state, delay, reason, error }: TransitionAnswer, epoch: number): EngineAnswer {
  if (error) throw new ItemError(error.code as Code, error.reason, error.message);
  switch (status) {
    case TransitionStatus.ACCEPT:
      return { status: 'ACCEPT' };
    case TransitionStatus.WAIT:
      return { status: 'WAIT', delayMs: delay ? durationMs(delay) : 0, reason };
    case TransitionStatus.REJECT: {
      const due = state?.details?.scheduledTime;
      // Both are the server's, so that a clock that differs from it does no harm.
      const isKept = state?.name === 'AwaitingRetry' && state.details?.epoch === epoch;
      const retry =
        isKept && due && state.timestamp
          ? { retryInMs: Math.max(0, timestampMs(due) - timestampMs(state.timestamp)) }
          : {};
      return { status: 'REJECT', stateName: state?.name ?? '', reason, ...retry };
    }
    default:
      return { status: 'ABORT', reason };
  }
}
