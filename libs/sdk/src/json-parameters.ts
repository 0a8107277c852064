import type { JsonObject } from '@millrace/packaging';

/** A copy of parameters as JSON has them. @param refuse makes what is thrown where JSON can't hold them */
export function jsonParameters(parameters: unknown, refuse: (why: string) => Error): JsonObject {
  let copy: unknown;
  try {
    copy = JSON.parse(JSON.stringify(parameters));
  } catch (cause) {
    throw refuse(`parameters must be JSON: ${String(cause)}`);
  }
  if (typeof copy === 'object' && copy !== null && !Array.isArray(copy)) return copy as JsonObject;
  throw refuse('parameters must be an object');
}
