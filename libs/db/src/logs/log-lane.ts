import type { Clock } from '@millrace/clock';
import { DatabaseError } from 'pg';
import type { Database } from '../connection/database.ts';
import { dedicatedConnection } from '../connection/dedicated-connection.ts';
import type { Signal, Signals } from '../signals/signals.ts';
import type { LogBatchToWrite } from './log-chunk.ts';
import { type LogBatchOutcome, writeLogBatches } from './write-log-batches.ts';

/** The way in for what runs say: gathers it into transactions without ever waiting for one to fill. */
export interface LogLane extends AsyncDisposable {
  /**
   * Resolves after commit, with the outcomes in order. Rejects if some could not be stored; all may then be given again:
   * those that were stored are recognised.
   */
  submit(batches: readonly LogBatchToWrite[]): Promise<LogBatchOutcome[]>;
}

interface Waiting {
  readonly batch: LogBatchToWrite;
  readonly resolve: (outcome: LogBatchOutcome) => void;
  readonly reject: (error: unknown) => void;
}

// What one transaction takes at most: it holds the event loop while it compresses, and its runs' cursors until it ends.
const mostBatches = 1_000;
const mostCharacters = 4 * 1024 * 1024;

// What Postgres says when it chose this transaction to break a knot.
const retriable = new Set(['40001', '40P01']);
const mostAttempts = 5;

/** At most one transaction is under way; all that comes meanwhile goes with the next. */
export function openLogLane(database: Database, signals: Signals, clock: Clock): LogLane {
  const connection = dedicatedConnection(database, 'millrace logs');
  let waiting: Waiting[] = [];
  let working: Promise<void> | undefined;

  const write = async (entries: readonly Waiting[]): Promise<void> => {
    const batches = entries.map(({ batch }) => batch);
    const outcomes = await untilUnknotted(() =>
      connection.transaction((executor) => writeLogBatches(executor, batches, clock.now())),
    );
    signals.publish(answer(entries, outcomes));
  };

  const writeEach = async (entries: readonly Waiting[]) => {
    const failed = new Map<string, unknown>();
    for (const entry of entries) {
      const { flowRunId } = entry.batch;
      if (!failed.has(flowRunId)) await write([entry]).catch((error) => failed.set(flowRunId, error));
      if (failed.has(flowRunId)) entry.reject(failed.get(flowRunId));
    }
    return failed;
  };

  const writeTaken = async (taken: readonly Waiting[]): Promise<Map<string, unknown>> => {
    try {
      await write(taken);
      return new Map();
    } catch (error) {
      // Only what Postgres holds against the batches may be the fault of one of them.
      if (taken.length > 1 && error instanceof DatabaseError) return writeEach(taken);
      for (const { reject } of taken) reject(error);
      return new Map(taken.map(({ batch }) => [batch.flowRunId, error]));
    }
  };

  const work = async () => {
    while (waiting.length > 0) {
      const taken = take(waiting);
      waiting = waiting.slice(taken.length);
      waiting = rejectFollowers(waiting, await writeTaken(taken));
    }
    working = undefined;
  };

  return {
    async submit(batches) {
      if (batches.length === 0) return [];
      const answers = batches.map(
        (batch) => new Promise<LogBatchOutcome>((resolve, reject) => void waiting.push({ batch, resolve, reject })),
      );
      working ??= work();
      return Promise.all(answers);
    },
    async [Symbol.asyncDispose]() {
      await working;
      await connection[Symbol.asyncDispose]();
    },
  };
}

/** Again, where Postgres ended the transaction only because it stood in another's way. */
async function untilUnknotted<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      const knotted = error instanceof DatabaseError && retriable.has(error.code ?? '');
      if (!knotted || count === mostAttempts) throw error;
    }
  }
}

/** Gives each its outcome; gives the wake-ups for the logs that grew. */
function answer(entries: readonly Waiting[], outcomes: readonly LogBatchOutcome[]): Signal[] {
  const grown = new Set<string>();
  entries.forEach(({ batch, resolve }, index) => {
    const outcome = outcomes[index];
    if (outcome === 'STORED') grown.add(batch.flowRunId);
    if (outcome) resolve(outcome);
  });
  return [...grown].map((id) => ({ kind: 'log', id }));
}

/** A later batch of a run would make the failed one look like a duplicate when it comes again. Gives the others. */
function rejectFollowers(waiting: readonly Waiting[], failed: ReadonlyMap<string, unknown>): Waiting[] {
  return waiting.filter(({ batch, reject }) => {
    if (!failed.has(batch.flowRunId)) return true;
    reject(failed.get(batch.flowRunId));
    return false;
  });
}

/** As many from the front as one transaction takes; at least one. */
function take(waiting: readonly Waiting[]): Waiting[] {
  let characters = 0;
  let count = 0;
  for (const { batch } of waiting) {
    characters += batch.lines.reduce((sum, line) => sum + line.message.length, 0);
    if (count > 0 && (count === mostBatches || characters > mostCharacters)) break;
    count++;
  }
  return waiting.slice(0, count);
}
