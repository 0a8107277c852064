import { flow } from 'millrace';

interface Nothing {
  readonly nothing?: never;
}

/** Never called. To import it takes the same way as a user's flow, types to be stripped included. */
export const warmUpFlow = flow('warm-up', (nothing: Nothing) => nothing);
