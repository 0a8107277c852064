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

/** A call site that is a line of a file which is no program. */
export function siteIn(file: string, line: number): CallSite {
  return { stack: `    at ${file}:${line}:1` };
}

/** The absolute path of the file of a call site; undefined where that is no file. */
export function fileOf(site: CallSite): string | undefined {
  return placeOf(site)?.file;
}

/** The line of a call site, where that is in this file. */
export function lineIn(file: string, site: CallSite): number | undefined {
  const place = placeOf(site);
  return place?.file === file ? place.line : undefined;
}

function placeOf({ stack = '' }: CallSite): { readonly file: string; readonly line: number } | undefined {
  const [, place, line] = /^\s+at (?:.*\()?(.+):(\d+):\d+\)?$/m.exec(stack) ?? [];
  const at = (file: string) => ({ file, line: Number(line) });
  if (place?.startsWith('file:')) return at(fileURLToPath(place.replace(/[?#].*$/, '')));
  return place?.startsWith('/') || /^[A-Za-z]:\\/.test(place ?? '') ? at(place ?? '') : undefined;
}
