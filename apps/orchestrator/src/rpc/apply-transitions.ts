import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import {
  type ApplyTransitionsRequest,
  type Transition,
  type TransitionAnswerSchema,
  TransitionStatus,
} from '@millrace/contracts/millrace/v1/transition_service_pb';
import { durationMessage, type FlowRunItem, type ItemAnswer, stateMessage, stateTypeOf } from '@millrace/db';
import type { StateImage } from '@millrace/orchestration';
import { Code, invalidArgument, MillraceError } from '@millrace/rpc/errors';
import type { Context } from '../context.ts';
import { readInfrastructure } from '../requests/read-infrastructure.ts';

// What a state may carry; larger results have their own storage.
const dataLimitBytes = 64 * 1024;
// Messages go with the run into every list and event.
const mostMessage = 10_000;

export async function applyTransitions(context: Context, request: ApplyTransitionsRequest) {
  const actor = request.actor || 'engine';
  refuseLargeData(request.items);
  const items = request.items.map((transition, index) => toItem(transition, index, actor));
  const answers = await Promise.all(
    items.map((item) =>
      context.transitionLanes.submit(item).then(toMessage, (error: unknown) => {
        context.log.warn({ err: error, flowRunId: item.flowRunId }, 'a transition could not be written');
        return unwritten(error);
      }),
    ),
  );
  return { answers };
}

function refuseLargeData(items: readonly Transition[]): void {
  const violations = items.flatMap(({ state }, index) => {
    const size = state?.data?.blob.byteLength ?? 0;
    const description = `has ${size} bytes; at most ${dataLimitBytes} are accepted`;
    return size > dataLimitBytes ? [{ field: `items[${index}].state.data`, description }] : [];
  });
  if (violations.length > 0) throw invalidArgument(violations);
}

function toItem(transition: Transition, index: number, actor: string): FlowRunItem {
  const { flowRunId, requestId, epoch, state, infrastructure } = transition;
  const type = state && stateTypeOf(state.type);
  if (!type) throw invalidArgument([{ field: `items[${index}].state.type`, description: 'is none of the states' }]);
  return {
    // As Postgres gives it back: the answer is found by it.
    flowRunId: flowRunId.toLowerCase(),
    requestId: requestId.toLowerCase(),
    epoch,
    actor,
    state: {
      type,
      name: state.name,
      message: state.message.slice(0, mostMessage).toWellFormed(),
      data: state.data ? { encoding: state.data.encoding, blob: state.data.blob } : null,
      ...(state.timestamp ? { timestamp: timestampMs(state.timestamp) } : {}),
      ...(state.cause === undefined ? {} : { cause: state.cause }),
      endsProcess: state.endsProcess,
    },
    infrastructure: readInfrastructure(infrastructure),
  };
}

type AnswerMessage = MessageInitShape<typeof TransitionAnswerSchema>;

function toMessage(answer: ItemAnswer): AnswerMessage {
  switch (answer.status) {
    case 'NOT_FOUND':
      return { error: { code: Code.NotFound, reason: 'FLOW_RUN_NOT_FOUND', message: 'there is no such flow run' } };
    case 'STALE_EPOCH':
      return { error: { code: Code.FailedPrecondition, reason: 'STALE_EPOCH', message: answer.reason } };
    case 'ACCEPT':
      return { status: TransitionStatus.ACCEPT, state: toState(answer.state, answer) };
    case 'REJECT':
      return { status: TransitionStatus.REJECT, state: toState(answer.state, answer), reason: answer.reason };
    case 'WAIT':
      return { status: TransitionStatus.WAIT, delay: durationMessage(answer.delayMs), reason: answer.reason };
    case 'ABORT':
      return { status: TransitionStatus.ABORT, state: toState(answer.current, answer), reason: answer.reason };
  }
}

// The proposer has the data already; sending it back would double the traffic.
function toState(state: StateImage, answer: { readonly stateId: string | null; readonly epoch: number }) {
  return stateMessage({
    ...state,
    id: answer.stateId ?? '',
    data_encoding: null,
    data_blob: null,
    scheduled_time: state.scheduledTime,
    actor: '',
    epoch: answer.epoch,
  });
}

function unwritten(error: unknown): AnswerMessage {
  const { message } = MillraceError.from(error);
  return { error: { code: Code.Unavailable, reason: 'NOT_WRITTEN', message } };
}
