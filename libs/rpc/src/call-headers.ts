import type { Interceptor } from '@connectrpc/connect';
import { millraceVersion } from '@millrace/settings';

/** Says with each call which version calls, and who. */
export function callHeaders(actor: string | undefined): Interceptor {
  const own = ownHeaders(actor);
  return (next) => (request) => {
    for (const [name, value] of own) request.header.set(name, value);
    return next(request);
  };
}

/** The headers that all our clients send. */
export function ownHeaders(actor: string | undefined): [string, string][] {
  const headers: [string, string][] = [['millrace-version', millraceVersion]];
  // A header can carry no others.
  if (actor) headers.push(['millrace-actor', actor.replaceAll(/[^\x20-\x7e]/g, '?')]);
  return headers;
}
