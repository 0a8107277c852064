import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** The server could not take its address. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  /** Node's code: EADDRINUSE, EACCES, EADDRNOTAVAIL… */
  readonly code: string;

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Listens; rejects with a {@link ListenError} that says what to do. Gives the port, chosen by the system if 0 was asked for. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error, `${host}:${port}`);
  }
  return (server.address() as AddressInfo).port;
}

/**
 * Rejects with a {@link ListenError} where the address can't be taken now. For what takes long before it listens: whoever
 * has the address is told of before the work, not after it.
 */
export async function checkAddress(host: string, port: number): Promise<void> {
  const server = createServer();
  await listen(server, host, port);
  await new Promise((resolve) => server.close(resolve));
}

function listenError(error: unknown, address: string): ListenError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
  return new ListenError(code, `can't listen on ${address}: ${adviceFor(code)}`, error);
}

function adviceFor(code: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'another program listens there; stop it, or choose another port with --port';
    case 'EACCES':
      return 'that needs more rights; choose a port above 1023 with --port';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'this machine has no such address; choose another with --host';
    default:
      return code;
  }
}
