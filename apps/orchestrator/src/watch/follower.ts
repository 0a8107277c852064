import type { MessageInitShape } from '@bufbuild/protobuf';
import type { WatchResponseSchema } from '@millrace/contracts/millrace/v1/watch_service_pb';
import type { Context } from '../context.ts';

/** What a watcher is told. */
export type WatchEvent = MessageInitShape<typeof WatchResponseSchema>;

/** What followers work with. */
export type WatchContext = Pick<Context, 'database' | 'signals' | 'clock' | 'log' | 'runChanges'>;

/** Follows one or several subjects of a stream; calls the stream's `wake` when there may be news. */
export interface Follower extends Disposable {
  /** The least time between two looks, so that what changes all the time is told of at a bearable rate. */
  readonly pauseMs: number;
  /** The longest time between two looks. */
  readonly pollMs: number;
  /** Looks: what there is that was not told. Reads as it is pulled. The first call gives what there is to begin with. */
  news(): AsyncGenerator<WatchEvent, void>;
}

/** For signals that were lost: a process may die between its commit and its signal. */
export const pollMs = 2_000;

/** Four looks a second. */
export const calmPauseMs = 250;
