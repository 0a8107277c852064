import { addressesOf } from './addresses.ts';
import { ownHeaders } from './call-headers.ts';
import { channelOver, type RpcChannel } from './channel.ts';
import { connectTransport } from './connect-transport.ts';
import { openAddress, post } from './http-request.ts';

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
 * The Connect protocol over HTTP/1.1, without loading HTTP/2, TLS or gRPC: unary calls and streams in one direction.
 * @param urls of servers that are the same, with commas between; the next is tried where one can't be reached
 */
export function openHttp(urls: string, options: HttpOptions = {}): RpcChannel {
  const { actor, connectTimeoutMs = 5_000 } = options;
  const addresses = addressesOf(urls, openAddress);
  const transport = connectTransport({
    headers: ownHeaders(actor),
    post: (call) => addresses.first((address) => post(address, { ...call, connectTimeoutMs })),
    largestReplyBytes,
  });
  return channelOver(transport, () => {
    for (const { agent } of addresses.all) agent.destroy();
  });
}
