import { virtualClock } from '@millrace/clock/virtual';
import { invalidArgument, resourceExhausted, unavailable } from '@millrace/rpc/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchSender, type Outcome } from './batch-sender.ts';

interface Item {
  readonly key: string;
  readonly value: number;
  readonly bytes?: number;
}

type Send = (items: readonly Item[]) => Promise<readonly Outcome<string>[]>;

function setup(send: Send, inFlight = 2) {
  const clock = virtualClock();
  const requests: (readonly Item[])[] = [];
  let failures = 0;
  const sender = new BatchSender<Item, string>({
    clock,
    key: ({ key }) => key,
    bytes: ({ bytes = 1 }) => bytes,
    inFlight,
    send: (items) => {
      requests.push(items);
      return send(items);
    },
    failing: () => {
      failures += 1;
    },
    refused: ({ value }) => `refused ${value}`,
  });
  return { clock, sender, requests, failures: () => failures };
}

const answered = (items: readonly Item[]) => items.map(({ value }) => ({ answer: `stored ${value}` }));

test('what comes in while requests are under way is the next one', async () => {
  const gates: (() => void)[] = [];
  const { sender, requests } = setup(async (items) => {
    await new Promise<void>((resolve) => gates.push(resolve));
    return answered(items);
  });
  const all = [0, 1, 2, 3, 4].map((value) => sender.submit({ key: `run ${value}`, value }));
  expect(requests.map((items) => items.length)).toEqual([1, 1]);
  gates[0]?.();
  await all[0];
  await expect.poll(() => requests.length).toBe(3);
  expect(requests[2]?.map(({ value }) => value)).toEqual([2, 3, 4]);
  gates[1]?.();
  gates[2]?.();
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4].map((value) => `stored ${value}`));
});

test('a server that is away is asked again until it answers, and that is told once', async () => {
  let left = 5;
  const { clock, sender, requests, failures } = setup(async (items) => {
    left -= 1;
    if (left >= 0) throw unavailable('TEST', 'away');
    return answered(items);
  });
  const answer = sender.submit({ key: 'a', value: 1 });
  await clock.advance(60_000);
  expect(await answer).toBe('stored 1');
  expect(requests).toHaveLength(6);
  expect(failures()).toBe(1);
});

test('one bad item is refused alone, the others of its request are stored', async () => {
  const { sender, requests } = setup(async (items) => {
    if (items.some(({ value }) => value === 3)) throw invalidArgument([{ field: 'items', description: 'bad' }]);
    return answered(items);
  }, 1);
  const all = [1, 2, 3, 4].map((value) => sender.submit({ key: `run ${value}`, value }));
  expect(await Promise.all(all)).toEqual(['stored 1', 'stored 2', 'refused 3', 'stored 4']);
  expect(requests.map((items) => items.length)).toEqual([1, 3, 1, 1, 1]);
});

test('requests stay below 3 MiB; one that is too large by itself is refused', async () => {
  const mebibyte = 1024 ** 2;
  const { sender, requests } = setup(async (items) => {
    const bytes = items.reduce((sum, item) => sum + (item.bytes ?? 0), 0);
    if (bytes > 4 * mebibyte) throw resourceExhausted('TOO_LARGE', 'above 4 MiB');
    return answered(items);
  }, 1);
  const sizes = [1, 2, 2, 5, 1];
  const all = sizes.map((size, value) => sender.submit({ key: `run ${value}`, value, bytes: size * mebibyte }));
  expect(await Promise.all(all)).toEqual(['stored 0', 'stored 1', 'stored 2', 'refused 3', 'stored 4']);
  expect(requests.map((items) => items.map(({ value }) => value))).toEqual([[0], [1, 4], [2], [3]]);
});

test('whatever fails, items of one key are stored once each and in order, two requests at a time at most', async () => {
  const calls = fc.array(fc.constantFrom('stored', 'lost', 'undecided'), { maxLength: 40 });
  const keys = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(keys, calls, async (keyOf, outcomes) => {
      const stored: Item[] = [];
      const seen = new Set<number>();
      let underWay = 0;
      let most = 0;
      const { clock, sender } = setup(async (items) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await Promise.resolve();
        underWay -= 1;
        const outcome = outcomes.shift() ?? 'stored';
        if (outcome === 'undecided') return items.map(() => 'again' as const);
        // As the server does: an item that comes again is recognised.
        for (const item of items) if (!seen.has(item.value)) stored.push(item);
        for (const item of items) seen.add(item.value);
        if (outcome === 'lost') throw unavailable('TEST', 'the reply is lost');
        return answered(items);
      });
      const all = keyOf.map((key, value) => sender.submit({ key, value }));
      await clock.advance(600_000);
      await Promise.all(all);
      expect(most).toBeLessThanOrEqual(2);
      for (const key of ['a', 'b', 'c']) {
        const values = stored.filter((item) => item.key === key).map(({ value }) => value);
        expect(values).toEqual(keyOf.flatMap((each, value) => (each === key ? value : [])));
      }
    }),
    { numRuns: 50 },
  );
});
