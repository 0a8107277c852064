import { create, toBinary } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { ConnectError } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from '@millrace/contracts/google/rpc/error_details_pb';
import { StatusSchema } from '@millrace/contracts/google/rpc/status_pb';
import type { MillraceError } from './errors.ts';

/** The domain of our `ErrorInfo.reason` codes. */
const domain = 'millrace';

// Peers refuse larger blocks of headers (64 KiB with Node), and gRPC carries its errors there, twice over.
const mostMessageCharacters = 4_000;
const mostDescriptionCharacters = 200;

/** As Connect and gRPC-Web send it. The cause goes along inside this process, not over the wire. */
export function toConnectError(error: MillraceError): ConnectError {
  const details = [
    { desc: ErrorInfoSchema, value: errorInfo(error) },
    ...(error.violations.length > 0 ? [{ desc: BadRequestSchema, value: badRequest(error) }] : []),
    ...(error.retryDelayMs === undefined ? [] : [{ desc: RetryInfoSchema, value: retryInfo(error.retryDelayMs) }]),
  ];
  return new ConnectError(wellFormed(error.message, mostMessageCharacters), error.code, undefined, details, error);
}

/** As gRPC sends it: the status's message, and the bytes of `grpc-status-details-bin`. */
export function toGrpcStatus(error: MillraceError): { message: string; details: Uint8Array } {
  const message = wellFormed(error.message, mostMessageCharacters);
  const details = [anyPack(ErrorInfoSchema, errorInfo(error))];
  if (error.violations.length > 0) details.push(anyPack(BadRequestSchema, badRequest(error)));
  if (error.retryDelayMs !== undefined) details.push(anyPack(RetryInfoSchema, retryInfo(error.retryDelayMs)));
  return { message, details: toBinary(StatusSchema, create(StatusSchema, { code: error.code, message, details })) };
}

function errorInfo(error: MillraceError) {
  return create(ErrorInfoSchema, { reason: error.reason, domain });
}

function badRequest(error: MillraceError) {
  return create(BadRequestSchema, {
    fieldViolations: error.violations.map(({ field, description }) => ({
      field: wellFormed(field, mostDescriptionCharacters),
      description: wellFormed(description, mostDescriptionCharacters),
    })),
  });
}

function retryInfo(retryDelayMs: number) {
  const seconds = Math.floor(retryDelayMs / 1000);
  const nanos = Math.round((retryDelayMs - seconds * 1000) * 1e6);
  return create(RetryInfoSchema, { retryDelay: { seconds: BigInt(seconds), nanos } });
}

// Lone surrogates can be encoded neither as UTF-8 nor as a header; cutting may make new ones.
function wellFormed(text: string, most: number): string {
  return (text.length <= most ? text : `${text.slice(0, most - 1)}…`).toWellFormed();
}
