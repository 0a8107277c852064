import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskPassword, shownValue } from './table.ts';

test.each([
  ['http://127.0.0.1:4200', 'http://127.0.0.1:4200'],
  ['postgres://app@db:5432/millrace', 'postgres://app@db:5432/millrace'],
  ['postgres://app:s3cret@db:5432/millrace', 'postgres://app:***@db:5432/millrace'],
  ['postgres://:s3cret@db/millrace', 'postgres://:***@db/millrace'],
  ['postgres://app:s3@cr:et@db/millrace', 'postgres://app:***@db/millrace'],
  ['postgres://app:s3/cret?@db/millrace', 'postgres://app:***@db/millrace'],
  ['postgres://app:s3,cret@db,other/millrace', 'postgres://app:***@db,other/millrace'],
  [
    'postgres://db/millrace?user=app&password=s3cret&sslmode=require',
    'postgres://db/millrace?user=app&password=***&sslmode=require',
  ],
  ['http://a:s3cret@b,http://c:s3cret@d', 'http://a:***@b,http://c:***@d'],
])('%s is shown as %s', (value, shown) => {
  expect(maskPassword(value)).toBe(shown);
});

test.each([
  ['MILLRACE_LOG_LEVEL', 'loud', 'loud'],
  ['MILLRACE_DATABASE_URL', 'postgres://app:s3cret@db', 'postgres://app:***@db'],
  ['MILLRACE_DATABASE_URL', 'app:s3cret@db', '***'],
  ['MILLRACE_API_URL', 'ftp://a:s3cret@b', '***'],
  ['MILLRACE_ENCRYPTION_KEY', `${'A'.repeat(43)}=`, '***'],
  ['MILLRACE_DATABSE_URL', 'postgres://app:s3cret@db', '***'],
])('%s=%s is shown as %s', (name, value, shown) => {
  expect(shownValue(name, value)).toBe(shown);
});

test('no password is shown, whatever it is made of', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 20 }), fc.constantFrom('postgres', 'https'), (random, scheme) => {
      const shown = maskPassword(`${scheme}://app:<${random}>@db:5432/millrace`);
      expect(shown).toBe(`${scheme}://app:***@db:5432/millrace`);
    }),
  );
});
