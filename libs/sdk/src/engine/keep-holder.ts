import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HolderNews, HolderToKeep, Holding } from './keep-holder-worker.ts';

/** What {@link keepHolder} needs. */
export interface KeepHolderOptions extends HolderToKeep {
  /** The server gave runs to others, or ended them. */
  readonly lost: (flowRunIds: readonly string[]) => void;
  /** Renewing is not possible in this process at all. */
  readonly fail: (error: unknown) => void;
}

/** A holder whose lease is renewed. */
export interface KeptHolder {
  /** Resolves when the server has taken this process for the holder. */
  readonly renewed: Promise<void>;
  /** Says which runs it holds from here on, and where; new ones are held already. */
  hold(holding: Holding): void;
  /** Whether the thread keeps the process alive. Default: it does. */
  unref(): void;
}

/** Renews a holder's lease from a thread of its own, since user code may block this one for longer than the lease lasts. */
export function keepHolder({ lost, fail, ...workerData }: KeepHolderOptions): KeptHolder {
  const renewed = Promise.withResolvers<void>();
  const worker = new Worker(new URL(`./keep-holder-worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: workerData satisfies HolderToKeep,
    // A program may have been started with flags that a thread does not take.
    execArgv: [],
  });
  worker.on('message', (news: HolderNews) => {
    if (news.type === 'renewed') renewed.resolve();
    else lost(news.flowRunIds);
  });
  worker.on('error', fail);
  return {
    renewed: renewed.promise,
    hold: (holding) => worker.postMessage(holding),
    unref: () => worker.unref(),
  };
}
