import { once } from 'node:events';
import { createServer } from 'node:net';

/** A loopback port that nobody listens on, the preferred one if possible. Another process may still take it. */
export async function freePort(preferred: number | undefined): Promise<number> {
  return (preferred && (await tryPort(preferred))) || (await tryPort(0)) || 0;
}

async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' ? address?.port : undefined;
  } catch (error) {
    if (port === 0) throw error;
    return undefined;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
