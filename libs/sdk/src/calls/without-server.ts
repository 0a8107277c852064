import { AsyncLocalStorage } from 'node:async_hooks';

// On globalThis under a registered symbol: a test and the flow may each have a copy of this package.
const key = Symbol.for('millrace.without-server');
const holder = globalThis as { [key]?: AsyncLocalStorage<true> };

/**
 * Calls `call` so that flows called in it, and in all that it awaits or starts, just run: no server is looked for, nothing
 * is reported, and neither retries nor timeouts apply. For unit tests of flows.
 *
 * ```ts
 * expect(await withoutServer(() => helloWorld({ name: 'Ford' }))).toBe('Hello Ford!');
 * ```
 */
export function withoutServer<T>(call: () => T): T {
  holder[key] ??= new AsyncLocalStorage<true>();
  return holder[key].run(true, call);
}

/** Whether this is called within {@link withoutServer}. */
export function isWithoutServer(): boolean {
  return holder[key]?.getStore() === true;
}
