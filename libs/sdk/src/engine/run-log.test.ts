import { virtualClock } from '@millrace/clock/virtual';
import { expect, test } from 'vitest';
import type { EngineLogRecord } from './ipc.ts';
import { RunLog } from './run-log.ts';

function logOf(options: { capacityBytes?: number; hold?: Promise<void> } = {}) {
  const batches: (readonly EngineLogRecord[])[] = [];
  const log = new RunLog({
    clock: virtualClock(),
    capacityBytes: options.capacityBytes ?? 16 * 1024 * 1024,
    async send(records) {
      batches.push(records);
      await options.hold;
    },
  });
  return { log, batches, messages: () => batches.flat().map(({ message }) => message) };
}

test('a batch is what gathered while the one before was under way', async () => {
  const { promise: hold, resolve: release } = Promise.withResolvers<void>();
  const { log, batches } = logOf({ hold });
  log.write(30, 'a', '1');
  log.write(30, 'a', '2');
  await new Promise(setImmediate);
  for (const text of ['3', '4', '5']) log.write(30, 'a', text);
  expect(batches.length).toBe(1);
  release();
  await log.flush();
  expect(batches.map((batch) => batch.map(({ message }) => message))).toEqual([
    ['1', '2'],
    ['3', '4', '5'],
  ]);
  expect(batches.flat().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
});

test('a batch has at most 10,000 records and about 1 MiB', async () => {
  const { log, batches } = logOf();
  for (let i = 0; i < 25_000; i++) log.write(30, 'a', '');
  for (let i = 0; i < 5; i++) log.write(30, 'a', 'x'.repeat(400_000));
  await log.flush();
  expect(batches.every((batch) => batch.length <= 10_000)).toBe(true);
  expect(batches.flat().length).toBe(25_005);
  const sizes = batches.map((batch) => batch.reduce((sum, { message }) => sum + message.length, 0));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 * 1024);
});

test('beyond the capacity records are dropped, counted, and their numbers used up', async () => {
  const { log, batches, messages } = logOf({ capacityBytes: 1000 });
  for (let i = 0; i < 9; i++) log.write(30, 'a', 'x'.repeat(200));
  await log.flush();
  log.write(30, 'a', 'after');
  await log.flush();
  expect(messages().slice(0, 3)).toEqual(Array.from({ length: 3 }, () => 'x'.repeat(200)));
  expect(messages()[3]).toMatch(/^6 records dropped/);
  expect(messages()[4]).toBe('after');
  expect(batches.flat().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 10, 11]);
});

test('the count comes before what is written after the drops', async () => {
  const { promise: hold, resolve: release } = Promise.withResolvers<void>();
  const { log, messages } = logOf({ capacityBytes: 300, hold });
  for (let i = 0; i < 3; i++) log.write(30, 'a', `${i}`);
  release();
  await log.flush();
  expect(messages()).toEqual(['0', '1', expect.stringMatching(/^1 records dropped/)]);
});

test.each([
  ['ASCII', 'x'.repeat(1024 * 1024 + 1)],
  ['wide characters', '\u{1f600}'.repeat(400_000)],
])('a message over 1 MiB of %s is cut, with a note', async (_name, text) => {
  const { log, messages } = logOf();
  log.write(30, 'a', text);
  await log.flush();
  const [message = ''] = messages();
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1024 * 1024);
  expect(Buffer.byteLength(message)).toBeGreaterThan(1024 * 1024 - 100);
  expect(message).toMatch(/ … \(cut: it had \d+ bytes\)$/);
});

test('line ends and broken characters', async () => {
  const { log, messages } = logOf();
  log.write(30, 'a', 'line\n');
  log.write(30, 'a', 'two\nlines');
  log.write(30, 'a', 'half \ud83d');
  await log.flush();
  expect(messages()).toEqual(['line', 'two\nlines', 'half \ufffd']);
});

test('flush does not wait for what is written meanwhile', async () => {
  const { log, messages } = logOf();
  log.write(30, 'a', 'first');
  let over = false;
  // As chatty as code can be that never stops.
  const chat = () => {
    log.write(30, 'a', 'more');
    if (!over) setImmediate(chat);
  };
  chat();
  await log.flush();
  over = true;
  expect(messages()[0]).toBe('first');
});
