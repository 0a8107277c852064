import { expect, test } from 'vitest';
import { FlagError, readServeFlags } from './serve-flags.ts';

test('without flags: loopback, the port of the app, nothing else', () => {
  const none = { host: '127.0.0.1', port: undefined, insecure: false, allowedHosts: [], on: new Set() };
  expect(readServeFlags([], ['no-ui'])).toEqual(none);
});

test('every flag is read', () => {
  const args = '--host 0.0.0.0 --insecure --port 0 --allowed-host a.example --allowed-host b:80 --no-ui'.split(' ');
  expect(readServeFlags(args, ['no-ui'])).toEqual({
    ...{ host: '0.0.0.0', port: 0, insecure: true },
    allowedHosts: ['a.example', 'b:80'],
    on: new Set(['no-ui']),
  });
});

test.each([
  [['--port', 'abc'], '--port abc: 0 to 65535 is accepted'],
  [['--port', '65536'], '--port 65536: 0 to 65535 is accepted'],
  [['--port='], '--port : 0 to 65535 is accepted'],
  [['--host', '0.0.0.0'], '--host 0.0.0.0 can be reached from other machines'],
  [['--no-ui'], 'accepted are --host, --port, --insecure, --allowed-host'],
  [['here'], 'accepted are --host'],
])('%j is refused: %s', (args, message) => {
  const read = () => readServeFlags(args);
  expect(read).toThrow(FlagError);
  expect(read).toThrow(message);
});
