import { once } from 'node:events';
import { request } from 'node:http';
import { systemClock as clock } from '@millrace/clock';
import { testDatabase } from '@millrace/db/testing';
import { silentLogger } from '@millrace/telemetry';
import { expect, test } from 'vitest';
import { startServer } from '../src/index.ts';

test('a server answers to the names that it was told of, and to no other', async () => {
  await using db = await testDatabase();
  await using server = await startServer({
    home: '/nowhere',
    port: 0,
    databaseUrl: db.database.url,
    databaseSchema: db.database.schema,
    allowedHosts: ['flows.example'],
    ui: false,
    clock,
    log: silentLogger(),
  });
  const statusFor = async (host: string) => {
    const path = '/millrace.v1.AdminService/GetVersion';
    const call = request(`${server.url}${path}`, {
      method: 'POST',
      headers: { host, 'content-type': 'application/json' },
    });
    call.end('{}');
    const [reply] = await once(call, 'response');
    reply.resume();
    return reply.statusCode;
  };
  expect(await statusFor('flows.example')).toBe(200);
  expect(await statusFor('flows.example:4200')).toBe(200);
  expect(await statusFor('other.example')).toBe(403);
});
