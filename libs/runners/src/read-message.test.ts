import { describe, expect, test } from 'vitest';
import { readMessage } from './read-message.ts';

const record = { level: 30, logger: 'console', message: 'hello', timestamp: 1, sequence: 1 };
const transition = {
  type: 'transition',
  requestId: 'a',
  state: {
    type: 'FAILED',
    name: 'TimedOut',
    message: 'm',
    data: { encoding: 'json', blob: new Uint8Array(1) },
    timestamp: 1.5,
    endsProcess: true,
  },
  infrastructure: { pid: 1, host: 'h' },
};

test.each([
  { type: 'ready' },
  transition,
  { type: 'transition', requestId: 'a', state: { type: 'RUNNING', timestamp: 1 } },
  { type: 'logs', batchId: 1, records: [record] },
  { type: 'logs', batchId: 1, records: [] },
])('what an engine says is taken as it is: %j', (message) => {
  expect(readMessage(message)).toBe(message);
});

describe('anything else is nothing', () => {
  test.each([
    null,
    undefined,
    'ready',
    7,
    [],
    {},
    { hello: 1 },
    { type: 'start' },
    { type: 'transition' },
    { ...transition, requestId: 1 },
    { ...transition, state: null },
    { ...transition, state: { type: 'PENDING', timestamp: 1 } },
    { ...transition, state: { type: 'toString', timestamp: 1 } },
    { ...transition, state: { type: 'RUNNING', timestamp: Number.NaN } },
    { ...transition, state: { type: 'RUNNING', timestamp: 9e15 } },
    { ...transition, state: { ...transition.state, message: {} } },
    { ...transition, state: { ...transition.state, data: { encoding: 'json', blob: 'text' } } },
    { ...transition, state: { ...transition.state, endsProcess: 'yes' } },
    { ...transition, infrastructure: { pid: 'x', host: 'h' } },
    { type: 'logs', batchId: 1 },
    { type: 'logs', batchId: 0.5, records: [] },
    { type: 'logs', batchId: 1, records: [null] },
    { type: 'logs', batchId: 1, records: [{ ...record, message: undefined }] },
    { type: 'logs', batchId: 1, records: [{ ...record, sequence: 1.5 }] },
  ])('%j', (message) => {
    expect(readMessage(message)).toBeUndefined();
  });
});
