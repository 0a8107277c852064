import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A place where user code waits, by an HTTP request, until the test lets it go on. */
export interface Gate extends AsyncDisposable {
  readonly url: string;
  /** Resolves when user code waits. */
  readonly reached: Promise<void>;
  readonly open: () => void;
}

export async function startGate(): Promise<Gate> {
  const reached = Promise.withResolvers<void>();
  const waiting: ServerResponse[] = [];
  let isOpen = false;
  const server = createServer((_request, response) => {
    if (isOpen) response.end();
    else waiting.push(response);
    reached.resolve();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reached: reached.promise,
    open() {
      isOpen = true;
      for (const response of waiting) response.end();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
