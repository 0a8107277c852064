import { unavailable } from './errors.ts';

/** Several addresses of the same service, of which one is in use until it can't be reached. */
export interface Addresses<T> {
  /**
   * Calls `attempt` with the address in use, then with the others, until one can be reached. What it rejects with is
   * passed on unless it is a {@link NotReached}.
   * @throws MillraceError UNAVAILABLE, naming the addresses, where none can
   */
  first<R>(attempt: (address: T) => Promise<R>): Promise<R>;
  readonly all: readonly T[];
}

/** An address that can't be reached: nothing of the call was sent. */
export class NotReached extends Error {
  override readonly name = 'NotReached';
}

/** @param urls with commas between */
export function addressesOf<T>(urls: string, open: (url: URL) => T): Addresses<T> {
  const names = urls.split(',').map((url) => new URL(url.trim()));
  const all = names.map(open);
  let current = 0;
  return {
    all,
    async first(attempt) {
      const failures: string[] = [];
      for (const _ of all) {
        const tried = current;
        const address = all[tried];
        if (address === undefined) break;
        try {
          return await attempt(address);
        } catch (error) {
          if (!(error instanceof NotReached)) throw error;
          failures.push(`${names[tried]?.origin}: ${error.message}`);
          // Another call may have moved on meanwhile.
          if (current === tried) current = (tried + 1) % all.length;
        }
      }
      throw unavailable('CONNECTION_FAILED', `can't connect to ${failures.join('; ')}`);
    },
  };
}
