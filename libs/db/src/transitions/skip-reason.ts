import type { HeldTo } from './flow-run-row.ts';

/** Why a fire of a schedule had no run, or one that was never started; as the ledger has it. */
export type SkipReason = 'overlap' | 'expired' | 'catch-up' | 'paused' | 'cancelled';

/** Why a run that was not taken in time is skipped. */
export function tooLate(catchUp: HeldTo['catchUp']): SkipReason {
  return catchUp === 'none' ? 'catch-up' : 'expired';
}
