import { virtualClock } from '@millrace/clock/virtual';
import { expect, test } from 'vitest';
import { Coalescer } from './coalescer.ts';

function setup() {
  const clock = virtualClock();
  const began = clock.now();
  const delivered: { at: number; items: readonly number[] }[] = [];
  const coalescer = new Coalescer<number>(clock, 250, (items) => delivered.push({ at: clock.now() - began, items }));
  return { clock, coalescer, delivered };
}

test('what comes after a pause is handed on at once, with what came with it', async () => {
  const { clock, coalescer, delivered } = setup();
  coalescer.push(1);
  coalescer.push(2);
  await clock.advance(0);
  expect(delivered).toEqual([{ at: 0, items: [1, 2] }]);
});

test('a second of news, one each 10 ms, is four deliveries with all of it in order', async () => {
  const { clock, coalescer, delivered } = setup();
  for (let i = 0; i < 100; i++) {
    coalescer.push(i);
    await clock.advance(10);
  }
  expect(delivered.map(({ at }) => at)).toEqual([0, 250, 500, 750, 1000]);
  expect(delivered.flatMap(({ items }) => items)).toEqual(Array.from({ length: 100 }, (_, i) => i));
});

test('nothing is delivered when there is nothing, and the next news need not wait', async () => {
  const { clock, coalescer, delivered } = setup();
  coalescer.push(1);
  await clock.advance(600);
  coalescer.push(2);
  await clock.advance(0);
  expect(delivered.map(({ at }) => at)).toEqual([0, 600]);
  expect(clock.pending).toBe(0);
});
