import kept from './ratchet.json' with { type: 'json' };

/** What a file and a function may measure. A file of the ratchet may be larger, never than the hard limit. */
export const budgets = {
  fileLines: 300,
  hardFileLines: 500,
  functionLines: 60,
  parameters: 3,
} as const;

/** What a file has that is over a budget. */
export interface Kept {
  readonly lines?: number;
  /** Of its longest function. */
  readonly functionLines?: number;
  /** How many functions have more positional parameters than the budget. */
  readonly wideFunctions?: number;
}

/**
 * What was over a budget when the budgets came: exactly what it measures today. Numbers only go down and entries only
 * go away (`node tools/check/boundaries.ts --lower` does both); what is new is split instead.
 */
export const ratchet: Readonly<Record<string, Kept>> = kept;
