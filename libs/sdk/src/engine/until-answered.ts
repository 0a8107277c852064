import { Code } from '@connectrpc/connect';
import type { Clock } from '@millrace/clock';
import { BackOff } from '@millrace/clock/back-off';
import { MillraceError } from '@millrace/rpc/errors';

/** An item of a batch that the server could not decide, or would not. */
export class ItemError extends Error {
  override readonly name = 'ItemError';
  readonly code: Code;

  constructor(code: Code, reason: string, message: string) {
    super(`${reason}: ${message}`);
    this.code = code;
  }
}

/** What a call came to: its answer, or a refusal that trying again won't change. */
export type Answered<T> = { readonly answer: T } | { readonly refusal: Error };

/**
 * Makes a call until it is answered, however long the server is away.
 *
 * @param away told each time that it did not answer
 */
export async function untilAnswered<T>(
  clock: Clock,
  call: () => Promise<T>,
  away?: (error: Error) => void,
): Promise<Answered<T>> {
  const backOff = new BackOff(clock);
  for (;;) {
    try {
      return { answer: await call() };
    } catch (error) {
      const known = error instanceof ItemError ? error : MillraceError.from(error);
      if (lastingCodes.includes(known.code)) return { refusal: known };
      away?.(known);
      await backOff.wait(undefined, known instanceof MillraceError ? known.retryDelayMs : undefined);
    }
  }
}

const lastingCodes: readonly Code[] = [
  Code.InvalidArgument,
  Code.NotFound,
  Code.PermissionDenied,
  Code.Unauthenticated,
  Code.FailedPrecondition,
  Code.Unimplemented,
];
