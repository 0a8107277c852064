import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { messagesOf } from './message-queue.ts';

test('all messages come, in order, and then the end', async () => {
  const numbers: number[] = [];
  for await (const n of messagesOf<number>(Readable.from(Array(1_000).keys()))) numbers.push(n);
  expect(numbers).toEqual([...Array(1_000).keys()]);
});

test('a source whose reader is slow is paused, not drained into memory', async () => {
  let produced = 0;
  const source = Readable.from(
    (function* () {
      for (;;) yield ++produced;
    })(),
  );
  const messages = messagesOf<number>(source);
  expect((await messages.next()).value).toBe(1);
  await expect.poll(() => source.isPaused()).toBe(true);
  expect(produced).toBeLessThan(200);
  for (let n = 2; n <= 1_000; n++) expect((await messages.next()).value).toBe(n);
  source.destroy();
});

test('an error is thrown after the messages that came before it', async () => {
  const source = new Readable({ objectMode: true, read() {} });
  const messages = messagesOf<string>(source);
  source.push('a');
  source.push('b');
  source.push(null);
  source.emit('error', new Error('status'));
  expect((await messages.next()).value).toBe('a');
  expect((await messages.next()).value).toBe('b');
  await expect(messages.next()).rejects.toThrow('status');
});

test('a source that is destroyed ends', async () => {
  const source = new Readable({ objectMode: true, read() {} });
  const next = messagesOf<string>(source).next();
  source.destroy();
  expect(await next).toEqual({ done: true, value: undefined });
});

test('a reader that leaves lets the rest flow away', async () => {
  const source = Readable.from(Array(1_000).keys());
  for await (const n of messagesOf<number>(source)) if (n === 3) break;
  await expect.poll(() => source.readableEnded).toBe(true);
});
