import { virtualClock } from '@millrace/clock/virtual';
import { expect, test } from 'vitest';
import { startHeartbeat } from './heartbeat.ts';

function setup() {
  const clock = virtualClock();
  const beats: bigint[] = [];
  let silences = 0;
  const heartbeat = startHeartbeat({
    clock,
    intervalMs: 5_000,
    beat: (sequence) => beats.push(sequence),
    onSilence: () => {
      silences += 1;
    },
  });
  return { clock, beats, heartbeat, silences: () => silences };
}

test('beats at once and at each interval, as long as echoes come', async () => {
  const { clock, beats, heartbeat, silences } = setup();
  for (let interval = 0; interval < 5; interval += 1) {
    heartbeat.echoed(beats.at(-1) ?? 0n);
    await clock.advance(5_000);
  }
  expect(beats).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
  expect(silences()).toBe(0);
});

test('two without echo are the end; one that comes late is not', async () => {
  const { clock, beats, heartbeat, silences } = setup();
  await clock.advance(5_000);
  heartbeat.echoed(1n);
  await clock.advance(5_000);
  expect(silences()).toBe(0);
  await clock.advance(5_000);
  expect(silences()).toBe(1);
  await clock.advance(60_000);
  expect({ beats, silences: silences() }).toEqual({ beats: [1n, 2n, 3n], silences: 1 });
});

test('disposed of, it is quiet', async () => {
  const { clock, beats, heartbeat } = setup();
  heartbeat[Symbol.dispose]();
  await clock.advance(60_000);
  expect(beats).toEqual([1n]);
  expect(clock.pending).toBe(0);
});
