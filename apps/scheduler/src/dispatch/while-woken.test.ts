import { expect, test } from 'vitest';
import { whileWoken } from './while-woken.ts';

test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('a wake-up %i turns after the work ended is not lost', async (turns) => {
  let done = 0;
  let finish = Promise.withResolvers<void>();
  const woken = whileWoken(async () => {
    done += 1;
    await finish.promise;
  });
  woken.wake();
  finish.resolve();
  finish = Promise.withResolvers();
  finish.resolve();
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
  woken.wake();
  await woken.idle();
  expect(done).toBe(2);
});

test('many wake-ups during the work lead to one more', async () => {
  let done = 0;
  const finish = Promise.withResolvers<void>();
  const woken = whileWoken(async () => {
    done += 1;
    await finish.promise;
  });
  for (let times = 0; times < 5; times++) woken.wake();
  expect(done).toBe(1);
  finish.resolve();
  await woken.idle();
  expect(done).toBe(2);
});
