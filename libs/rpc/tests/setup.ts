import { systemClock } from '@millrace/clock';
import { type Logger, silentLogger } from '@millrace/telemetry';
import type { RpcChannel } from '../src/channel.ts';
import { openGrpc } from '../src/grpc-client.ts';
import { openHttp } from '../src/http-client.ts';
import { type RpcServer, type RpcServerOptions, startRpcServer } from '../src/server/index.ts';
import { type ExampleServices, exampleServices } from './example-services.ts';

/** A server of the example services with both clients. */
export interface Setup extends AsyncDisposable {
  readonly server: RpcServer;
  readonly example: ExampleServices;
  readonly grpc: RpcChannel;
  readonly http: RpcChannel;
}

export async function setup(options: Partial<RpcServerOptions> = {}): Promise<Setup> {
  const example = exampleServices();
  const server = await startRpcServer({
    host: '127.0.0.1',
    port: 0,
    app: 'example',
    services: example.services,
    clock: systemClock,
    log: silentLogger(),
    ...options,
  });
  const grpc = openGrpc(server.url, { actor: 'grace' });
  const http = openHttp(server.url, { actor: 'ada' });
  return {
    server,
    example,
    grpc,
    http,
    async [Symbol.asyncDispose]() {
      grpc[Symbol.dispose]();
      http[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A logger of which the errors are kept. */
export function errorKeepingLogger(): { log: Logger; errors: { err: unknown; rpc: string; message: string }[] } {
  const errors: { err: unknown; rpc: string; message: string }[] = [];
  const log = silentLogger();
  const keep = (fields: { err: unknown; rpc: string }, message: string) => void errors.push({ ...fields, message });
  return { log: Object.assign(log, { error: keep }), errors };
}

/** All that a stream gives. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

/** What the promise rejects with; fails where it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`resolved with ${JSON.stringify(outcome.value)}`);
}
