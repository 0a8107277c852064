import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Clock } from '@millrace/clock';
import type { LogBatchSchema } from '@millrace/contracts/millrace/v1/log_service_pb';
import { LogBatchStatus, LogService } from '@millrace/contracts/millrace/v1/log_service_pb';
import { type TransitionSchema, TransitionService } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { Code } from '@millrace/rpc/errors';
import type { RpcChannel } from '@millrace/rpc/grpc-client';
import type { Logger } from '@millrace/telemetry';
import type { EngineAnswer } from 'millrace/engine';
import { fromAnswer, ItemError } from 'millrace/engine/wire';
import { BatchSender, type Outcome } from './batch-sender.ts';

export type TransitionInit = MessageInitShape<typeof TransitionSchema> & { readonly flowRunId: string };
export type LogBatchInit = MessageInitShape<typeof LogBatchSchema> & { readonly flowRunId: string };

/** Tells the orchestrator what became of the agent's runs. */
export interface Reporter {
  /** Resolves when the orchestrator has decided. */
  transition(transition: TransitionInit): Promise<EngineAnswer>;
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

export function openReporter({ channel, name, clock, log }: ReporterOptions): Reporter {
  const transitionService = channel.client(TransitionService);
  const logService = channel.client(LogService);
  const transitions = new BatchSender<TransitionInit, EngineAnswer>({
    clock,
    inFlight: 2,
    key: (item) => item.flowRunId,
    bytes: (item) => 500 + (item.state?.data?.blob?.byteLength ?? 0) + 3 * (item.state?.message?.length ?? 0),
    send: async (items) => {
      const { answers } = await transitionService.applyTransitions({ items: [...items], actor: `agent:${name}` });
      return answers.map((answer): Outcome<EngineAnswer> => {
        try {
          return { answer: fromAnswer(answer) };
        } catch (error) {
          return itemOutcome(error);
        }
      });
    },
    refused: (item, error) => {
      log.error({ err: error, flowRunId: item.flowRunId }, 'a state was refused');
      return { status: 'ABORT', reason: error.message };
    },
  });
  const logs = new BatchSender<LogBatchInit, undefined>({
    clock,
    // One: the batches of a run must be stored in order.
    inFlight: 1,
    key: () => 'all',
    bytes: (batch) => (batch.records ?? []).reduce((sum, record) => sum + 100 + 3 * (record.message?.length ?? 0), 100),
    send: async (batches) => {
      const { statuses } = await logService.writeLogs({ batches: [...batches] });
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

/** An item that the orchestrator could not write goes again; one that it won't write ends the run here. */
function itemOutcome(error: unknown): Outcome<EngineAnswer> {
  if (!(error instanceof ItemError)) throw error;
  const passing = error.code !== Code.NotFound && error.code !== Code.FailedPrecondition;
  return passing ? 'again' : { answer: { status: 'ABORT', reason: error.message } };
}
