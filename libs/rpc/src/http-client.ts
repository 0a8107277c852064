import { Agent } from 'node:http';
import { createTransport } from '@connectrpc/connect/protocol-connect';
import { addressesOf } from './addresses.ts';
import { callHeaders } from './call-headers.ts';
import { channelOver, type RpcChannel } from './channel.ts';
import { type HttpAddress, requestOver } from './http-request.ts';

export type { RpcChannel } from './channel.ts';

export interface HttpOptions {
  /** Who calls; recorded with what is changed. Default: anonymous. */
  readonly actor?: string;
  /** How long to wait for a connection before the next address is tried. Default 5,000. */
  readonly connectTimeoutMs?: number;
}

// What a server may send us in one message.
const largestReplyBytes = 64 * 1024 ** 2;

/**
 * The Connect protocol over HTTP/1.1, without loading HTTP/2 or gRPC: unary calls and streams in one direction.
 * @param urls of servers that are the same, with commas between; the next is tried where one can't be reached
 */
export function openHttp(urls: string, options: HttpOptions = {}): RpcChannel {
  const { actor, connectTimeoutMs = 5_000 } = options;
  const addresses = addressesOf(urls, openAddress);
  const transport = createTransport({
    // Replaced by the address in use, when the request is made.
    baseUrl: 'http://millrace',
    httpClient: (request) => addresses.first((address) => requestOver(address, request, connectTimeoutMs)),
    useBinaryFormat: true,
    interceptors: [callHeaders(actor)],
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: 1024,
    readMaxBytes: largestReplyBytes,
    writeMaxBytes: largestReplyBytes,
  });
  return channelOver(transport, () => {
    for (const { agent } of addresses.all) agent.destroy();
  });
}

function openAddress(url: URL): HttpAddress {
  if (url.protocol !== 'http:') throw new TypeError(`${url.origin}: only http:// is supported`);
  return { url, agent: new Agent({ keepAlive: true, scheduling: 'lifo' }) };
}
