import { createContext, Script } from 'node:vm';

/** Calls what may take long and gives up on it after a time; it runs on this thread, so the time must be short. */
export type WithinTime = <Result>(timeoutMs: number, work: () => Result) => Result;

/** The work took longer than it was given. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

/** A script is the one thing that Node can stop in the midst of its work, with all that it calls. */
export function openWithinTime(): WithinTime {
  const globals: { work: () => unknown } = { work: () => undefined };
  const context = createContext(globals);
  const script = new Script('work()');
  return <Result>(timeoutMs: number, work: () => Result): Result => {
    globals.work = work;
    try {
      return script.runInContext(context, { timeout: timeoutMs }) as Result;
    } catch (error) {
      if (isTimeout(error)) throw new OutOfTimeError(`took longer than ${timeoutMs} ms`);
      throw error;
    } finally {
      globals.work = () => undefined;
    }
  };
}

// An error of the script's own world, so not an Error of this one.
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
