import { isIP } from 'node:net';

/** An address that would be open to others. */
export class OpenAddressError extends Error {
  override readonly name = 'OpenAddressError';
}

/** Refuses to serve beyond this machine without protection, unless that is asked for. */
export function checkHost(host: string, insecure: boolean): void {
  if (insecure || isLoopback(host)) return;
  throw new OpenAddressError(
    `${host} can be reached from other machines, where anybody could start code here: serve with TLS and API keys, or say --insecure`,
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
