import { millraceVersion } from '@millrace/settings';
import { failedPrecondition } from '../errors.ts';

/** The header by which a client says its version. */
export const versionHeader = 'millrace-version';

/**
 * Throws FAILED_PRECONDITION, saying which side to upgrade, if the client's version can't work with this server's. They
 * work together within a major version; before 1.0, within a minor one. A call without the header is served.
 */
export function checkClientVersion(headers: Headers, serverVersion = millraceVersion): void {
  const claimed = headers.get(versionHeader);
  if (claimed === null) return;
  const client = generation(claimed);
  const server = generation(serverVersion);
  if (client === undefined || server === undefined || client === server) return;
  const versions = `the client is ${claimed.slice(0, 40)}, the server ${serverVersion}`;
  if (client < server) throw failedPrecondition('CLIENT_TOO_OLD', `${versions}: upgrade the client`);
  throw failedPrecondition('CLIENT_TOO_NEW', `${versions}: upgrade the server`);
}

function generation(version: string): number | undefined {
  const match = /^(\d{1,4})\.(\d{1,4})\./.exec(version);
  if (!match) return undefined;
  const major = Number(match[1]);
  return major * 10_000 + (major === 0 ? Number(match[2]) : 0);
}
