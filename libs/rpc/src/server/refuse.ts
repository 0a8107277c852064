import type { ServerResponse } from 'node:http';
import { errorToJsonBytes } from '@connectrpc/connect/protocol-connect';
import { toConnectError } from '../encode-error.ts';
import { invalidArgument, type MillraceError } from '../errors.ts';

/** Answers with an error as Connect writes it, so that our clients and people read the same. */
export function refuse(response: ServerResponse, status: number, error: MillraceError): void {
  const body = errorToJsonBytes(toConnectError(error), undefined);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.byteLength }).end(body);
}

/** 415: what is not JSON or Protobuf could be sent by any web page without asking first. */
export function refuseType(response: ServerResponse, type: string): void {
  const description = type ? `${JSON.stringify(type.slice(0, 100))} is not accepted` : 'it is missing';
  const accepted = 'send application/json, application/proto or a type of Connect or gRPC-Web';
  const field = 'content-type';
  refuse(response, 415, invalidArgument([{ field, description: `${description}: ${accepted}` }], 'BAD_CONTENT_TYPE'));
}
