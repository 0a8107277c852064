import { fileURLToPath } from 'node:url';

/** Where something was made, to be looked at only when it is asked for. */
export interface CallSite {
  readonly stack?: string;
}

/** Remembers who called `called`, at the cost of one line of a stack trace. */
export function callSite(called: (...given: never[]) => unknown): CallSite {
  const limit = Error.stackTraceLimit;
  const site: CallSite = {};
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(site, called);
  // A stack is put together when it is read, by a function that anybody may have replaced.
  void site.stack;
  Error.stackTraceLimit = limit;
  return site;
}

/** The absolute path of the file of a call site; undefined where that is no file. */
export function fileOf({ stack = '' }: CallSite): string | undefined {
  const [, place] = /^\s+at (?:.*\()?(.+):\d+:\d+\)?$/m.exec(stack) ?? [];
  if (place?.startsWith('file:')) return fileURLToPath(place.replace(/[?#].*$/, ''));
  return place?.startsWith('/') || /^[A-Za-z]:\\/.test(place ?? '') ? place : undefined;
}
