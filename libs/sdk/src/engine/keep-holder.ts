import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HolderNews, HolderToKeep } from './keep-holder-worker.ts';

/** What {@link keepHolder} needs. */
export interface KeepHolderOptions {
  readonly holder: HolderToKeep['holder'];
  /** Several with commas between. */
  readonly orchestratorUrl: string;
  /** The server gave the run to another. */
  readonly lost: (reason: string) => void;
  /** Renewing is not possible in this process at all. */
  readonly fail: (error: unknown) => void;
}

/**
 * Renews a holder's lease from a thread of its own, since user code may block this one for longer than the lease lasts.
 * Resolves when the server has taken this process for the holder.
 */
export function keepHolder({ holder, orchestratorUrl, lost, fail }: KeepHolderOptions): Promise<void> {
  return new Promise((resolve) => {
    const workerData: HolderToKeep = { holder, orchestratorUrl };
    const worker = new Worker(new URL(`./keep-holder-worker${extname(import.meta.url)}`, import.meta.url), {
      workerData,
    });
    worker.on('message', (news: HolderNews) => {
      if (news === 'renewed') resolve();
      else lost('the server gave it to another holder');
    });
    worker.on('error', fail);
  });
}
