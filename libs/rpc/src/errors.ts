import { Code, ConnectError } from '@connectrpc/connect';
import { decodeConnectError, decodeServiceError, isServiceError } from './decode-error.ts';

export { Code } from '@connectrpc/connect';

/** One field of a request that can't be accepted. */
export interface FieldViolation {
  /** Path in the request, as in the proto: "filter.state_types[1]"; empty for the request as a whole. */
  readonly field: string;
  /** What is wrong with it, for people. */
  readonly description: string;
}

/** What a {@link MillraceError} is made of. */
export interface MillraceErrorInit {
  /** The class of error; decides the HTTP and gRPC status. */
  readonly code: Code;
  /** What exactly happened, in UPPER_SNAKE, for programs; never changes once released. */
  readonly reason: string;
  /** For people; sent to the client. */
  readonly message: string;
  /** The fields at fault. Default: none. */
  readonly violations?: readonly FieldViolation[];
  /** How long a client should wait before it tries again. Default: it is not told. */
  readonly retryDelayMs?: number | undefined;
  /** What led to it; stays in this process. */
  readonly cause?: unknown;
}

// By a registered symbol besides instanceof: a program and a package that it uses may each have a copy of this one.
const brand = Symbol.for('millrace.error');

/** The one error that services throw and clients get, whatever the protocol. */
export class MillraceError extends Error {
  override readonly name = 'MillraceError';
  readonly [brand] = true;
  readonly code: Code;
  readonly reason: string;
  readonly violations: readonly FieldViolation[];
  readonly retryDelayMs: number | undefined;

  constructor(init: MillraceErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    this.reason = init.reason;
    this.violations = init.violations ?? [];
    this.retryDelayMs = init.retryDelayMs;
  }

  /**
   * Makes one of anything that was thrown: errors of Connect and of grpc-js are decoded with their details, an abort is
   * CANCELED, a timeout DEADLINE_EXCEEDED, all else {@link internal}.
   */
  static from(thrown: unknown): MillraceError {
    if (isMillraceError(thrown)) return thrown;
    if (thrown instanceof ConnectError) {
      if (isMillraceError(thrown.cause)) return thrown.cause;
      return new MillraceError(decodeConnectError(thrown));
    }
    if (isServiceError(thrown)) return new MillraceError(decodeServiceError(thrown));
    if (thrown instanceof Error && thrown.name === 'AbortError') return canceled(thrown);
    if (thrown instanceof Error && thrown.name === 'TimeoutError') return deadlineExceeded(thrown);
    return internal(thrown);
  }
}

function isMillraceError(value: unknown): value is MillraceError {
  return typeof value === 'object' && value !== null && brand in value;
}

// A reply with more than this would outgrow what HTTP/2 peers accept as headers.
const mostListed = 100;

/** INVALID_ARGUMENT with every bad field; the message lists them. */
export function invalidArgument(violations: readonly FieldViolation[], reason = 'INVALID_ARGUMENT'): MillraceError {
  const listed = violations.slice(0, mostListed);
  if (listed.length < violations.length)
    listed.push({ field: '', description: `and ${violations.length - listed.length} more` });
  const lines = listed.map(({ field, description }) => (field ? `${field}: ${description}` : description));
  return new MillraceError({ code: Code.InvalidArgument, reason, message: lines.join('; '), violations: listed });
}

/**
 * NOT_FOUND; for "flow run" the reason is FLOW_RUN_NOT_FOUND.
 * @param there what there is instead, where that is little
 */
export function notFound(what: string, name: string, there: readonly string[] = []): MillraceError {
  const others = there.length > 0 ? `; there is ${there.map((each) => JSON.stringify(each)).join(', ')}` : '';
  const message = `there is no ${what} ${JSON.stringify(name)}${others}`;
  return new MillraceError({ code: Code.NotFound, reason: `${upperSnake(what)}_NOT_FOUND`, message });
}

/** ALREADY_EXISTS; for "flow run" the reason is FLOW_RUN_ALREADY_EXISTS. */
export function alreadyExists(what: string, name: string): MillraceError {
  const message = `there is already a ${what} ${JSON.stringify(name)}`;
  return new MillraceError({ code: Code.AlreadyExists, reason: `${upperSnake(what)}_ALREADY_EXISTS`, message });
}

/** FAILED_PRECONDITION: the request is good, but not in the present state of things. */
export function failedPrecondition(reason: string, message: string): MillraceError {
  return new MillraceError({ code: Code.FailedPrecondition, reason, message });
}

/** RESOURCE_EXHAUSTED: over a limit, which the message should name. */
export function resourceExhausted(reason: string, message: string): MillraceError {
  return new MillraceError({ code: Code.ResourceExhausted, reason, message });
}

/** UNAVAILABLE: trying again, there or elsewhere, may succeed. */
export function unavailable(reason: string, message: string, retryDelayMs?: number): MillraceError {
  return new MillraceError({ code: Code.Unavailable, reason, message, retryDelayMs });
}

/** PERMISSION_DENIED. */
export function permissionDenied(reason: string, message: string): MillraceError {
  return new MillraceError({ code: Code.PermissionDenied, reason, message });
}

/** CANCELED: the caller gave up. */
export function canceled(cause?: unknown): MillraceError {
  return new MillraceError({ code: Code.Canceled, reason: 'CANCELED', message: 'the call was cancelled', cause });
}

/** DEADLINE_EXCEEDED: the caller's time was up. */
export function deadlineExceeded(cause?: unknown): MillraceError {
  const message = 'the call took longer than its caller allowed';
  return new MillraceError({ code: Code.DeadlineExceeded, reason: 'DEADLINE_EXCEEDED', message, cause });
}

/**
 * INTERNAL: something failed that the client can do nothing about. The client sees only the reference, by which the log
 * has the cause.
 * @param reference default: a new UUID
 */
export function internal(cause: unknown, reference: string = crypto.randomUUID()): MillraceError {
  const message = `internal error; the server's log has it under the reference ${reference}`;
  return new MillraceError({ code: Code.Internal, reason: 'INTERNAL', message, cause });
}

function upperSnake(words: string): string {
  return words.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
}
