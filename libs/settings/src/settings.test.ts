import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings, serviceUrls, unknownVariables } from './index.ts';
import { settingNameOf, settingNames } from './table.ts';

test('without variables: the home folder, the loopback address, no database', () => {
  expect(readSettings({ MILLRACE_HOME: '' })).toMatchObject({
    home: join(homedir(), '.millrace'),
    apiUrl: 'http://127.0.0.1:4200',
    databaseUrl: undefined,
    databaseSchema: 'millrace',
    logLevel: undefined,
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
  ['MILLRACE_PORT', '65536', '0 (any that is free) to 65535 is accepted'],
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

const profile = (values: Readonly<Record<string, string>>) => ({
  name: 'prod',
  file: '/home/me/profiles.json',
  values,
});

test.each([
  [{}, { MILLRACE_LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
  [{ MILLRACE_LOG_LEVEL: 'warn' }, { MILLRACE_LOG_LEVEL: 'debug' }, { logLevel: 'warn' }],
  [{ MILLRACE_LOG_LEVEL: '' }, { MILLRACE_LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
  [{}, { MILLRACE_DATABASE_SCHEMA: '' }, { databaseSchema: 'millrace' }],
  [{ MILLRACE_LOG_LEVEL: 'warn' }, { MILLRACE_LOG_LEVEL: 'loud' }, { logLevel: 'warn' }],
  [{}, { MILLRACE_HOME: '/elsewhere' }, { home: join(homedir(), '.millrace') }],
  [{ MILLRACE_PORT: '4300' }, {}, { port: 4300, apiUrl: 'http://127.0.0.1:4300' }],
  [{ MILLRACE_PORT: '0' }, {}, { port: 0, apiUrl: 'http://127.0.0.1:4200' }],
  [{}, { MILLRACE_SCHEDULER_URL: 'http://b' }, { apiUrl: 'http://127.0.0.1:4200', schedulerUrl: 'http://b' }],
  [
    { MILLRACE_API_URL: 'http://a' },
    { MILLRACE_SCHEDULER_URL: 'http://b' },
    { apiUrl: 'http://a', schedulerUrl: undefined },
  ],
])('environment %j over profile %j gives %j', (environment, values, expected) => {
  expect(readSettings(environment, profile(values))).toMatchObject(expected);
});

test('any setting but the home can come from a profile', () => {
  const key = Buffer.alloc(32).toString('base64');
  const values = {
    MILLRACE_PORT: '4300',
    MILLRACE_API_URL: 'http://a',
    MILLRACE_DEPLOYMENTS_URL: 'http://b',
    MILLRACE_ORCHESTRATOR_URL: 'http://c',
    MILLRACE_SCHEDULER_URL: 'http://d',
    MILLRACE_DATABASE_URL: 'postgres://e',
    MILLRACE_DATABASE_SCHEMA: 'f',
    MILLRACE_ENCRYPTION_KEY: key,
    MILLRACE_ALLOWED_HOSTS: 'g,h',
    MILLRACE_KEEP_RUNS_DAYS: '1',
    MILLRACE_KEEP_LOGS_DAYS: '2',
    MILLRACE_KEEP_FIRES_DAYS: '3',
    MILLRACE_LOG_LEVEL: 'error',
  };
  expect(Object.keys(values)).toEqual(settingNames.filter((name) => name !== 'MILLRACE_HOME'));
  expect(readSettings({}, profile(values))).toMatchObject({
    ...{ apiUrl: 'http://a', deploymentsUrl: 'http://b', orchestratorUrl: 'http://c', schedulerUrl: 'http://d' },
    ...{ databaseUrl: 'postgres://e', databaseSchema: 'f', allowedHosts: ['g', 'h'], logLevel: 'error' },
    ...{ port: 4300, encryptionKeys: [key], retention: { runsDays: 1, logsDays: 2, firesDays: 3 } },
  });
});

test.each([
  [{ MILLRACE_LOG_LEVEL: 'loud' }, "MILLRACE_LOG_LEVEL=loud in profile 'prod' of /home/me/profiles.json: one of trace"],
  [{ MILLRACE_DATABASE_URL: 'u:s3cret@h' }, "MILLRACE_DATABASE_URL in profile 'prod' of /home/me/profiles.json: a URL"],
  [{ MILLRACE_KEEP_RUNS_DAYS: '0' }, 'a number of days from 1'],
  [{ MILLRACE_ENCRYPTION_KEY: 's3cret' }, 'MILLRACE_ENCRYPTION_KEY in profile'],
])('%j in a profile is refused, with the place', (values, message) => {
  expect(() => readSettings({}, profile(values))).toThrow(message);
  expect(() => readSettings({}, profile(values))).not.toThrow('s3cret');
});

test.each([
  ['MILLRACE_API_URL', 'MILLRACE_API_URL'],
  ['millrace_api_url', 'MILLRACE_API_URL'],
  ['log_level', 'MILLRACE_LOG_LEVEL'],
  ['Api_Url', 'MILLRACE_API_URL'],
])('%s is typed for %s', (text, name) => {
  expect(settingNameOf(text)).toBe(name);
});

test.each([
  ['MILLRACE_API_ULR', 'MILLRACE_API_ULR is no setting: did you mean MILLRACE_API_URL?'],
  ['loglevel', 'loglevel is no setting: did you mean MILLRACE_LOG_LEVEL?'],
  ['colour', 'colour is no setting: there are MILLRACE_HOME, MILLRACE_PORT,'],
  ['constructor', 'constructor is no setting: there are'],
  ['postgres://u:s3cret@h/d?sslmode', 'what stands in the place of a name is no setting: there are'],
])('%s is no name', (text, message) => {
  expect(() => settingNameOf(text)).toThrow(message);
  expect(() => settingNameOf(text)).not.toThrow('s3cret');
});

test.each([
  [
    'MILLRACE_DATABSE_URL',
    ['MILLRACE_DATABSE_URL is no setting and has no effect: did you mean MILLRACE_DATABASE_URL?'],
  ],
  ['MILLRACE_COLOUR', ['MILLRACE_COLOUR is no setting and has no effect']],
  ['MILLRACE_API_URL', []],
  ['MILLRACE_PROFILE', []],
  ['MILLRACE_PORT', []],
  ['MILLRACE_SERVICE_HOST', []],
  ['MILLRACE_SERVER_PORT_4200_TCP_ADDR', []],
  ['MILLRACE_SERVER_SERVICE_PORT_HTTP', []],
  ['PATH', []],
])('the variable %s is told of as %j', (name, lines) => {
  expect(unknownVariables({ [name]: 'x' })).toEqual(lines);
});
