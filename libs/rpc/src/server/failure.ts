import type { DescMethod } from '@bufbuild/protobuf';
import { type Clock, newId } from '@millrace/clock';
import type { Logger } from '@millrace/telemetry';
import { Code, internal, MillraceError, unavailable } from '../errors.ts';
import type { CallContext } from './service.ts';

/** Where something failed. */
export interface Circumstances {
  readonly method: DescMethod;
  readonly context: CallContext;
  readonly clock: Clock;
  readonly log: Logger;
  readonly isPassing?: (thrown: unknown) => boolean;
}

/** The error for the client. What is nobody's business there goes to the log, under the reference that the client gets. */
export function failure(thrown: unknown, circumstances: Circumstances): MillraceError {
  const { method, context, clock, log } = circumstances;
  const { signal, protocol } = context;
  // Whatever an implementation throws because of the abort, the abort's reason says it better.
  if (signal.aborted && (thrown === signal.reason || isAbort(thrown))) return MillraceError.from(signal.reason);
  if (!(thrown instanceof MillraceError) && circumstances.isPassing?.(thrown)) {
    log.warn({ err: thrown, rpc: nameOf(method), protocol }, 'what the server needs is away');
    return unavailable('BACKEND_AWAY', 'the server can not reach what it needs, such as its database', 1_000);
  }
  // An error of a library: its code and text are not for the client.
  const error = thrown instanceof MillraceError ? thrown : internal(thrown, newId(clock));
  if (error.code === Code.Internal)
    log.error({ err: error.cause ?? error, rpc: nameOf(method), protocol }, error.message);
  return error;
}

function nameOf(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}
