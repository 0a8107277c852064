import { expect, test } from 'vitest';
import { importServer } from '../import-server.ts';
import { localAddress } from './open-server.ts';

test.each<[string, ReturnType<typeof localAddress>]>([
  ['http://127.0.0.1:4200', { host: '127.0.0.1', port: 4200 }],
  ['http://127.0.0.1:4200/', { host: '127.0.0.1', port: 4200 }],
  ['http://localhost:4300', { host: '127.0.0.1', port: 4300 }],
  ['http://[::1]:4200', { host: '::1', port: 4200 }],
  ['http://localhost', { host: '127.0.0.1', port: 80 }],
  ['https://localhost:4200', undefined],
  ['http://millrace.example:4200', undefined],
  ['http://127.0.0.1:4200/prefix', undefined],
  ['http://127.0.0.1:4200,http://127.0.0.1:4201', undefined],
])('a server for %s listens at %j', (url, expected) => {
  expect(localAddress(url)).toEqual(expected);
});

const missing = (name: string) =>
  Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' });

test('a server that is not installed is told with the line that installs it', async () => {
  await expect(importServer(() => Promise.reject(missing('@millrace/server')))).rejects.toMatchObject({
    name: 'CommandError',
    advice: expect.arrayContaining(['Install it with: npm install @millrace/server']),
  });
});

test('a server of which something is missing is told as it is', async () => {
  await expect(importServer(() => Promise.reject(missing('pg')))).rejects.toThrow("Cannot find package 'pg'");
});
