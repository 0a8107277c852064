import { millraceVersion } from '@millrace/settings/version';

/** The headers that all our clients send: which version calls, and who. */
export function ownHeaders(actor: string | undefined): [string, string][] {
  const headers: [string, string][] = [['millrace-version', millraceVersion]];
  // A header can carry no others.
  if (actor) headers.push(['millrace-actor', actor.replaceAll(/[^\x20-\x7e]/g, '?')]);
  return headers;
}
