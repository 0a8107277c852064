import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Clock } from '@millrace/clock';
import type { LogBatchSchema } from '@millrace/contracts/millrace/v1/log_service_pb';
import { LogBatchStatus, LogService } from '@millrace/contracts/millrace/v1/log_service_pb';
import {
  type TransitionAnswer,
  type TransitionSchema,
  TransitionService,
} from '@millrace/contracts/millrace/v1/transition_service_pb';
import { Code } from '@millrace/rpc/errors';
import type { RpcChannel } from '@millrace/rpc/grpc-client';
import type { Logger } from '@millrace/telemetry';
import type { EngineAnswer } from 'millrace/engine';
import { fromAnswer } from 'millrace/engine/wire';
import { BatchSender, type Outcome } from './batch-sender.ts';

export type TransitionInit = MessageInitShape<typeof TransitionSchema> & { readonly flowRunId: string };
export type LogBatchInit = MessageInitShape<typeof LogBatchSchema> & { readonly flowRunId: string };

/** What became of a proposal. */
export interface Decided {
  /** For the engine. */
  readonly answer: EngineAnswer;
  /** Why the orchestrator will never take it as it is; the run stands as before. Absent otherwise. */
  readonly refusal?: string;
}

/** Tells the orchestrator what became of the agent's runs. */
export interface Reporter {
  /** Resolves when the orchestrator has decided. */
  transition(transition: TransitionInit): Promise<Decided>;
  /** Resolves when the batch is stored, or can't be. */
  logs(batch: LogBatchInit): Promise<void>;
  close(): void;
}

export interface ReporterOptions {
  /** To the orchestrator. */
  readonly channel: RpcChannel;
  /** The agent's name. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const callMs = 30_000;
const passing: readonly number[] = [
  Code.Unavailable,
  Code.Internal,
  Code.Unknown,
  Code.DeadlineExceeded,
  Code.Aborted,
  Code.Canceled,
];

export function openReporter({ channel, name, clock, log }: ReporterOptions): Reporter {
  const transitionService = channel.client(TransitionService);
  const logService = channel.client(LogService);
  const transitions = new BatchSender<TransitionInit, Decided>({
    clock,
    inFlight: 2,
    key: (item) => item.flowRunId,
    bytes: (item) => 500 + (item.state?.data?.blob?.byteLength ?? 0) + 3 * (item.state?.message?.length ?? 0),
    send: async (items, signal) => {
      const request = { items: [...items], actor: `agent:${name}` };
      const { answers } = await transitionService.applyTransitions(request, { signal, timeoutMs: callMs });
      return answers.map((answer, index) => outcomeOf(answer, items[index]?.epoch ?? 0));
    },
    failing: (error) => log.warn({ err: error }, 'states can not be told; trying again until they can'),
    refused: (item, error) => {
      log.error({ err: error, flowRunId: item.flowRunId }, 'a state was refused');
      return refusedBecause(error.message);
    },
  });
  const logs = new BatchSender<LogBatchInit, undefined>({
    clock,
    // One: the batches of a run must be stored in order.
    inFlight: 1,
    key: () => 'all',
    bytes: (batch) => (batch.records ?? []).reduce((sum, record) => sum + 100 + 3 * (record.message?.length ?? 0), 100),
    failing: (error) => log.warn({ err: error }, 'log records can not be told; trying again until they can'),
    send: async (batches, signal) => {
      const { statuses } = await logService.writeLogs({ batches: [...batches] }, { signal, timeoutMs: callMs });
      return statuses.map((status) => {
        if (status === LogBatchStatus.NO_SUCH_RUN) log.warn('log records of a run that is gone were dropped');
        return { answer: undefined };
      });
    },
    refused: (batch, error) => {
      log.error({ err: error, flowRunId: batch.flowRunId }, 'log records were refused');
      return undefined;
    },
  });
  return {
    transition: (transition) => transitions.submit(transition),
    logs: (batch) => logs.submit(batch),
    close() {
      transitions.close();
      logs.close();
    },
  };
}

function refusedBecause(reason: string): Decided {
  return { answer: { status: 'ABORT', reason }, refusal: reason };
}

/** What could not be decided goes again; what was decided, or never will be, is told. */
function outcomeOf(answer: TransitionAnswer, epoch: number): Outcome<Decided> {
  const { error } = answer;
  if (!error) return { answer: { answer: fromAnswer(answer, epoch) } };
  if (passing.includes(error.code)) return 'again';
  const reason = `${error.reason}: ${error.message}`;
  const isLost = error.reason === 'STALE_EPOCH' || error.code === Code.NotFound;
  return { answer: isLost ? { answer: { status: 'ABORT', reason } } : refusedBecause(reason) };
}
