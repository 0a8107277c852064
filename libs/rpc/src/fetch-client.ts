import { ConnectError } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { ownHeaders } from './call-headers.ts';
import { channelOver, type RpcChannel } from './channel.ts';
import { unavailable } from './errors.ts';

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
  return channelOver(transport, () => {}, explainFetch);
}

/** Whatever keeps a browser from a server, or breaks a stream off, is a TypeError to it. */
function explainFetch(thrown: unknown): unknown {
  const cause = thrown instanceof ConnectError ? thrown.cause : thrown;
  return cause instanceof TypeError ? unavailable('CONNECTION_FAILED', 'the server does not answer') : thrown;
}
