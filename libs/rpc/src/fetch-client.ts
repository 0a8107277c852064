import { createConnectTransport } from '@connectrpc/connect-web';
import { ownHeaders } from './call-headers.ts';
import { channelOver, type RpcChannel } from './channel.ts';

export type { RpcChannel } from './channel.ts';

export interface FetchOptions {
  /** Who calls; recorded with what is changed. Default: anonymous. */
  readonly actor?: string;
}

/** The Connect protocol over `fetch`, for browsers: unary calls and streams from the server. */
export function openFetch(url: string, { actor }: FetchOptions = {}): RpcChannel {
  const headers = ownHeaders(actor);
  const transport = createConnectTransport({
    baseUrl: url,
    useBinaryFormat: true,
    interceptors: [
      (next) => (request) => {
        for (const [name, value] of headers) request.header.set(name, value);
        return next(request);
      },
    ],
  });
  return channelOver(transport, () => {});
}
