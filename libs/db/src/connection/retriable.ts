// What Postgres says when it chose this transaction to break a knot; doing it again is the remedy.
const codes = new Set(['40001', '40P01']);

/** How often a transaction is tried before its failure counts. */
export const mostAttempts = 5;

/** Whether a transaction failed for being in another's way. */
export function isRetriable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && codes.has(String(error.code));
}
