import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings, serviceUrls } from './index.ts';

test('without variables: the home folder, the loopback address, no database', () => {
  expect(readSettings({ MILLRACE_HOME: '' })).toMatchObject({
    home: join(homedir(), '.millrace'),
    apiUrl: 'http://127.0.0.1:4200',
    databaseUrl: undefined,
    databaseSchema: 'millrace',
    logLevel: 'info',
  });
});

test('an app is found at its own address, else at the one of all', () => {
  const settings = readSettings({ MILLRACE_API_URL: 'http://a', MILLRACE_SCHEDULER_URL: 'http://b:1,http://c:2' });
  expect(serviceUrls(settings)).toEqual({
    deployments: 'http://a',
    orchestrator: 'http://a',
    scheduler: 'http://b:1,http://c:2',
  });
});

test.each([
  ['MILLRACE_API_URL', 'localhost:4200', 'a URL such as http://127.0.0.1:4200 is accepted'],
  ['MILLRACE_ORCHESTRATOR_URL', 'http://a,', 'a URL such as http://127.0.0.1:4200 is accepted'],
  ['MILLRACE_DATABASE_URL', 'postgres:/app:s3cret@db', 'a URL such as postgres://user@host:5432/name is accepted'],
  ['MILLRACE_DATABASE_SCHEMA', '1st', 'a schema name is 1 to 63 of a-z'],
  ['MILLRACE_ALLOWED_HOSTS', 'a.example, b', 'names such as flows.example are accepted, with commas between'],
  ['MILLRACE_LOG_LEVEL', 'loud', 'one of trace, debug, info, warn, error, silent is accepted'],
])('%s=%s is refused, with what is accepted', (name, value, complaint) => {
  const shown = name.endsWith('_URL') ? name : `${name}=${value}`;
  expect(() => readSettings({ [name]: value })).toThrow(`${shown}: ${complaint}`);
});
