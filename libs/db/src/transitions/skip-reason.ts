/** Why a fire of a schedule had no run, or one that was never started; as the ledger has it. */
export type SkipReason = 'overlap' | 'expired' | 'catch-up' | 'paused' | 'cancelled';
