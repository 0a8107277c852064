import { create, toBinary } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { ConnectError } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from '@millrace/contracts/google/rpc/error_details_pb';
import { StatusSchema } from '@millrace/contracts/google/rpc/status_pb';
import type { FieldViolation, MillraceError } from './errors.ts';

/** The domain of our `ErrorInfo.reason` codes. */
const domain = 'millrace';

const mostMessageCharacters = 4_000;
const mostDescriptionCharacters = 200;

// gRPC carries an error in headers, its message twice over. The library under most languages' gRPC (grpc-core) begins to
// refuse replies with more than 8 KiB of headers, and then the client learns nothing.
const mostEncodedMessageBytes = 1_800;
// Sent in base64, which takes a third more.
const mostGrpcDetailsBytes = 4_400;

/** As Connect and gRPC-Web send it. The cause goes along inside this process, not over the wire. */
export function toConnectError(error: MillraceError): ConnectError {
  const details = [
    { desc: ErrorInfoSchema, value: errorInfo(error) },
    ...(error.violations.length > 0 ? [{ desc: BadRequestSchema, value: badRequest(error.violations) }] : []),
    ...(error.retryDelayMs === undefined ? [] : [{ desc: RetryInfoSchema, value: retryInfo(error.retryDelayMs) }]),
  ];
  return new ConnectError(wellFormed(error.message, mostMessageCharacters), error.code, undefined, details, error);
}

/** As gRPC sends it: the status's message, and the bytes of `grpc-status-details-bin`; cut so as to reach every client. */
export function toGrpcStatus(error: MillraceError): { message: string; details: Uint8Array } {
  const message = shortened(wellFormed(error.message, mostMessageCharacters));
  for (let listed = error.violations.length; ; listed -= 1) {
    const details = statusBytes(error, message, firstOf(error.violations, listed));
    if (details.byteLength <= mostGrpcDetailsBytes || listed === 0) return { message, details };
  }
}

function statusBytes(error: MillraceError, message: string, violations: readonly FieldViolation[]): Uint8Array {
  const details = [anyPack(ErrorInfoSchema, errorInfo(error))];
  if (violations.length > 0) details.push(anyPack(BadRequestSchema, badRequest(violations)));
  if (error.retryDelayMs !== undefined) details.push(anyPack(RetryInfoSchema, retryInfo(error.retryDelayMs)));
  return toBinary(StatusSchema, create(StatusSchema, { code: error.code, message, details }));
}

function firstOf(violations: readonly FieldViolation[], listed: number): readonly FieldViolation[] {
  if (listed === violations.length) return violations;
  return [...violations.slice(0, listed), { field: '', description: `and ${violations.length - listed} more` }];
}

/** As much of the text as may be sent; grpc-js sends it percent-encoded. */
function shortened(text: string): string {
  if (encodeURI(text).length <= mostEncodedMessageBytes) return text;
  const ellipsis = '…';
  let size = encodeURI(ellipsis).length;
  let end = 0;
  for (const character of text) {
    size += encodeURI(character).length;
    if (size > mostEncodedMessageBytes) break;
    end += character.length;
  }
  return `${text.slice(0, end)}${ellipsis}`;
}

function errorInfo(error: MillraceError) {
  return create(ErrorInfoSchema, { reason: error.reason, domain });
}

function badRequest(violations: readonly FieldViolation[]) {
  return create(BadRequestSchema, {
    fieldViolations: violations.map(({ field, description }) => ({
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
