import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { base64Decode } from '@bufbuild/protobuf/wire';
import { anyUnpack, type Duration } from '@bufbuild/protobuf/wkt';
import { Code, type ConnectError } from '@connectrpc/connect';
import {
  type BadRequest,
  BadRequestSchema,
  type ErrorInfo,
  ErrorInfoSchema,
  type RetryInfo,
  RetryInfoSchema,
} from '@millrace/contracts/google/rpc/error_details_pb';
import { StatusSchema } from '@millrace/contracts/google/rpc/status_pb';
import type { MillraceErrorInit } from './errors.ts';

/** An error as grpc-js gives it to callers, by its shape, so that grpc-js need not be loaded to recognise it. */
export interface ServiceErrorLike extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata: { get(key: string): (string | Uint8Array)[] };
}

export function isServiceError(thrown: unknown): thrown is ServiceErrorLike {
  if (!(thrown instanceof Error) || !('code' in thrown && 'details' in thrown && 'metadata' in thrown)) return false;
  const { code, details, metadata } = thrown;
  if (typeof code !== 'number' || typeof details !== 'string') return false;
  return typeof metadata === 'object' && metadata !== null && 'get' in metadata && typeof metadata.get === 'function';
}

/** The details of an error's reply that we know. */
interface Details {
  readonly info: ErrorInfo | undefined;
  readonly badRequest: BadRequest | undefined;
  readonly retry: RetryInfo | undefined;
}

export function decodeConnectError(error: ConnectError): MillraceErrorInit {
  const details: Details = {
    info: error.findDetails(ErrorInfoSchema)[0],
    badRequest: error.findDetails(BadRequestSchema)[0],
    retry: error.findDetails(RetryInfoSchema)[0],
  };
  return assemble({ code: error.code, message: error.rawMessage, cause: error, details });
}

export function decodeServiceError(error: ServiceErrorLike): MillraceErrorInit {
  return assemble({ code: error.code, message: error.details, cause: error, details: statusDetails(error) });
}

/** The error in the JSON that ends a stream over Connect, `{"error": {…}}`; undefined where there is none. */
export function decodeConnectReply(text: string): MillraceErrorInit | undefined {
  const error = property(parsed(text), 'error');
  const name = property(error, 'code');
  const code = codes.find((known) => reasonOf(known).toLowerCase() === name);
  if (code === undefined) return undefined;
  const listed = property(error, 'details');
  const details = Array.isArray(listed) ? listed : [];
  const find = <D extends DescMessage>(schema: D): MessageShape<D> | undefined => {
    const value = property(
      details.find((detail) => property(detail, 'type') === schema.typeName),
      'value',
    );
    if (typeof value !== 'string') return undefined;
    try {
      return fromBinary(schema, base64Decode(value));
    } catch {
      // As with `statusDetails`.
      return undefined;
    }
  };
  const message = property(error, 'message');
  return assemble({
    code,
    message: typeof message === 'string' ? message : '',
    cause: undefined,
    details: { info: find(ErrorInfoSchema), badRequest: find(BadRequestSchema), retry: find(RetryInfoSchema) },
  });
}

const codes = Object.values(Code).filter((code) => typeof code === 'number');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function statusDetails(error: ServiceErrorLike): Details {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  const none: Details = { info: undefined, badRequest: undefined, retry: undefined };
  if (!(bytes instanceof Uint8Array)) return none;
  try {
    const { details } = fromBinary(StatusSchema, bytes);
    const find = <D extends DescMessage>(schema: D): MessageShape<D> | undefined => {
      for (const detail of details) {
        const found = anyUnpack(detail, schema);
        if (found) return found;
      }
      return undefined;
    };
    return { info: find(ErrorInfoSchema), badRequest: find(BadRequestSchema), retry: find(RetryInfoSchema) };
  } catch {
    // A foreign server may send what it likes there; code and message stand without it.
    return none;
  }
}

interface Parts {
  readonly code: number;
  readonly message: string;
  readonly cause: unknown;
  readonly details: Details;
}

function assemble({ code, message, cause, details: { info, badRequest, retry } }: Parts): MillraceErrorInit {
  const known: Code = code in Code && code > 0 ? code : Code.Unknown;
  return {
    code: known,
    reason: info?.reason || reasonOf(known),
    message,
    violations: badRequest?.fieldViolations.map(({ field, description }) => ({ field, description })) ?? [],
    retryDelayMs: retry?.retryDelay && milliseconds(retry.retryDelay),
    cause,
  };
}

/** INVALID_ARGUMENT for Code.InvalidArgument: the reason of errors that were not made by our code. */
function reasonOf(code: Code): string {
  return Code[code].replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

function milliseconds(duration: Duration): number {
  return Number(duration.seconds) * 1000 + Math.round(duration.nanos / 1e6);
}
