import { virtualClock } from '@millrace/clock/virtual';
import { expect, test } from 'vitest';
import { Reloads } from './reloads.ts';

/** Reloads that take as long as the test wants; `seen` has when each began and for which files. */
function setup() {
  const clock = virtualClock(0);
  const seen: { at: number; changed: string[]; superseded: AbortSignal; end: () => void }[] = [];
  const reloads = new Reloads({
    clock,
    reload(changed, superseded) {
      const { promise, resolve } = Promise.withResolvers<void>();
      seen.push({ at: clock.now(), changed: [...changed], superseded, end: resolve });
      return promise;
    },
  });
  return { clock, reloads, seen, began: () => seen.map(({ at, changed }) => [at, changed.join(' ')]) };
}

test.each<[string, (readonly [number, string])[], (readonly [number, string])[]]>([
  ['one event: one reload, when it is quiet', [[0, 'a']], [[50, 'a']]],
  [
    'many events of one save: one reload',
    [
      [0, 'a'],
      [1, 'a'],
      [20, 'a'],
      [49, 'a'],
    ],
    [[99, 'a']],
  ],
  [
    'files that change together: one reload of all',
    [
      [0, 'a'],
      [10, 'b'],
    ],
    [[60, 'a b']],
  ],
  [
    'two saves: two reloads',
    [
      [0, 'a'],
      [51, 'a'],
    ],
    [
      [50, 'a'],
      [101, 'a'],
    ],
  ],
  [
    'no quiet at all: a reload after a second',
    Array.from({ length: 26 }, (_, i) => [i * 40, 'a'] as const),
    [
      [1000, 'a'],
      [1050, 'a'],
    ],
  ],
])('%s', async (_name, events, expected) => {
  const { clock, reloads, seen, began } = setup();
  for (const [at, file] of events) {
    await clock.advance(at - clock.now());
    reloads.changed(file);
    seen.at(-1)?.end();
  }
  await clock.advance(50);
  seen.at(-1)?.end();
  await clock.advance(2_000);
  expect(began()).toEqual(expected);
});

test('changes while a reload is under way give it up, and one more follows when it has ended', async () => {
  const { clock, reloads, seen, began } = setup();
  reloads.now();
  expect(seen[0]?.superseded.aborted).toBe(false);
  reloads.changed('a');
  reloads.changed('b');
  await clock.advance(5_000);
  expect(seen[0]?.superseded.aborted).toBe(true);
  expect(began()).toEqual([[0, '']]);
  seen[0]?.end();
  await clock.advance(1_000);
  expect(began()).toEqual([
    [0, ''],
    [5_050, 'a b'],
  ]);
  expect(seen[1]?.superseded.aborted).toBe(false);
});

test('now does not wait for quiet, and takes along what changed', async () => {
  const { clock, reloads, seen, began } = setup();
  reloads.changed('a');
  reloads.now();
  expect(began()).toEqual([[0, 'a']]);
  seen[0]?.end();
  await clock.advance(1_000);
  expect(seen).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test('disposing ends the reload that is under way and starts none', async () => {
  const { clock, reloads, seen } = setup();
  reloads.now();
  reloads.changed('a');
  const disposed = reloads[Symbol.asyncDispose]();
  expect(seen[0]?.superseded.aborted).toBe(true);
  seen[0]?.end();
  await disposed;
  reloads.changed('b');
  reloads.now();
  await clock.advance(1_000);
  expect(seen).toHaveLength(1);
  expect(clock.pending).toBe(0);
});
