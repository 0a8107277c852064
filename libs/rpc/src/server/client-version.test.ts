import { expect, test } from 'vitest';
import { MillraceError } from '../errors.ts';
import { checkClientVersion } from './client-version.ts';

test.each([
  [null, '0.1.0', undefined],
  ['0.1.0', '0.1.0', undefined],
  ['0.1.9', '0.1.0', undefined],
  ['0.2.0', '0.1.0', 'CLIENT_TOO_NEW'],
  ['0.1.0', '0.2.3', 'CLIENT_TOO_OLD'],
  ['0.9.0', '1.0.0', 'CLIENT_TOO_OLD'],
  ['1.0.0', '1.9.3', undefined],
  ['2.0.0', '1.9.3', 'CLIENT_TOO_NEW'],
  ['1.2.0-beta.1', '1.9.3', undefined],
  ['nonsense', '1.9.3', undefined],
])('client %s with server %s: %s', (client, server, reason) => {
  const headers = new Headers(client === null ? {} : { 'millrace-version': client });
  const outcome = () => {
    try {
      checkClientVersion(headers, server);
      return undefined;
    } catch (error) {
      return MillraceError.from(error).reason;
    }
  };
  expect(outcome()).toBe(reason);
});
