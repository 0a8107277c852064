import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGuard, isLoopback } from './guard.ts';

const guard = createGuard({ allowedHosts: ['Flows.example', 'only.example:8080'], allowedOrigins: [] });

test.each([
  [undefined, false],
  ['localhost', true],
  ['localhost.', false],
  ['notlocalhost', false],
  ['flows.example:1', true],
  ['only.example:8080', true],
  ['only.example:8081', false],
  ['[::1]', true],
  ['[::2]', false],
  ['::1', false],
  ['127.0.0.1/../x', false],
  ['127.0.0.1#', false],
  ['128.0.0.1', false],
  ['2130706433', false],
])('host %s: allowed is %s', (host, allowed) => {
  expect(guard.refusal({ host, origin: undefined }) === undefined).toBe(allowed);
});

test.each([
  ['192.0.2.2:4200', true],
  ['[2001:db8::1]:4200', true],
  ['rebound.example', false],
  ['192.0.2.2.rebound.example', false],
  ['3221225986', false],
])('where any address will do, host %s: allowed is %s', (host, allowed) => {
  const open = createGuard({ allowedHosts: [], anyAddress: true, allowedOrigins: [] });
  expect(open.refusal({ host, origin: undefined }) === undefined).toBe(allowed);
});

test('whatever host and origin say, there is an answer', () => {
  fc.assert(
    fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (host, origin) => {
      const refusal = guard.refusal({ host, origin });
      if (refusal === undefined) expect(isLoopback(new URL(`http://${host}`).hostname)).toBe(true);
    }),
  );
});
