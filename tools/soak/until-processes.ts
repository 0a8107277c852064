import type { Clock } from '@millrace/clock';
import { eventually } from './eventually.ts';
import { processEntry } from './process-table.ts';

interface Waiting {
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

const QUIET_LOOKS = 4;

/** Resolves when the processes have done all that they can do without hearing from others: they sleep, and go on sleeping. */
export async function untilAsleep(pids: readonly number[], waiting: Waiting): Promise<void> {
  let before = '';
  let quiet = 0;
  await eventually({ ...waiting, withinMs: 20_000, what: `processes ${pids.join(', ')} are at rest` }, async () => {
    const entries = await Promise.all(pids.map(processEntry));
    const now = entries.map((entry) => `${entry?.state} ${entry?.ticks}`).join();
    quiet = now === before && entries.every((entry) => entry?.state === 'S') ? quiet + 1 : 0;
    before = now;
    return quiet >= QUIET_LOOKS || undefined;
  });
}

/** Resolves when none of the processes lives. */
export async function untilGone(
  pids: readonly number[],
  waiting: Waiting & { readonly withinMs: number },
): Promise<void> {
  await eventually({ ...waiting, what: `processes ${pids.join(', ')} have ended` }, async () => {
    const entries = await Promise.all(pids.map(processEntry));
    return entries.every((entry) => entry === undefined) || undefined;
  });
}
