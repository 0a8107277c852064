import { createConnectTransport } from '@connectrpc/connect-web';
import { channelOver, type RpcChannel } from './channel.ts';

export type { RpcChannel } from './channel.ts';

/** The Connect protocol over `fetch`, for browsers: unary calls and streams from the server. */
export function openFetch(url: string): RpcChannel {
  return channelOver(createConnectTransport({ baseUrl: url, useBinaryFormat: true }), () => {});
}
