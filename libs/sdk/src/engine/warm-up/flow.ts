import { flow } from 'millrace';

interface Nothing {
  readonly nothing?: never;
}

/** Never called. To import it takes the same way as a user's flow. */
export const warmUpFlow = flow('warm-up', (nothing: Nothing) => nothing);
