import { Client, credentials } from '@grpc/grpc-js';
import type { Logger } from '@millrace/telemetry';
import { addressesOf } from './addresses.ts';
import { ownHeaders } from './call-headers.ts';
import { channelOver, type RpcChannel } from './channel.ts';
import { reached } from './grpc-connection.ts';
import { grpcTransport } from './grpc-transport.ts';

export type { RpcChannel } from './channel.ts';

export interface GrpcOptions {
  /** Is told of addresses that can't be reached. Default: nothing is. */
  readonly log?: Logger;
  /** Who calls; recorded with what is changed. Default: anonymous. */
  readonly actor?: string;
  /** How long to wait for a connection before the next address is tried. Default 5,000. */
  readonly connectTimeoutMs?: number;
}

const clientOptions = {
  // A server that vanished without a word is noticed after the sum of these.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  // One that comes back is found soon.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.max_receive_message_length': 64 * 1024 ** 2,
  'grpc.max_send_message_length': -1,
  // Each channel has connections of its own, so that closing it closes them.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_http_proxy': 0,
  'grpc.enable_channelz': 0,
  'grpc.service_config_disable_resolution': 1,
};

/**
 * gRPC over HTTP/2: calls and streams of all kinds.
 * @param urls of servers that are the same, with commas between; the next is tried where one can't be reached
 */
export function openGrpc(urls: string, options: GrpcOptions = {}): RpcChannel {
  const { log, actor, connectTimeoutMs = 5_000 } = options;
  const addresses = addressesOf(urls, (url) => new Client(target(url), credentialsFor(url), clientOptions));
  const transport = grpcTransport({
    headers: ownHeaders(actor),
    connected: (signal, timeoutMs = connectTimeoutMs) =>
      addresses.first(async (client) => {
        try {
          return await reached(client, Math.min(timeoutMs, connectTimeoutMs), signal);
        } catch (error) {
          log?.debug({ err: error, target: client.getChannel().getTarget() }, 'gRPC address not reached');
          throw error;
        }
      }),
  });
  return channelOver(transport, () => {
    for (const client of addresses.all) client.close();
  });
}

function target(url: URL): string {
  return `dns:///${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
}

function credentialsFor(url: URL) {
  return url.protocol === 'https:' ? credentials.createSsl() : credentials.createInsecure();
}
