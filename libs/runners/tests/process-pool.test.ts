import { Writable } from 'node:stream';
import { virtualClock } from '@millrace/clock/virtual';
import { silentLogger } from '@millrace/telemetry';
import { expect, onTestFinished, test, vi } from 'vitest';
import { NotStartedError } from '../src/errors.ts';
import { OutputSink } from '../src/output-sink.ts';
import { assignmentWith, isAlive, makePool, never } from './pool-setup.ts';

test('gives each taker a process of its own, more than wait, and refills behind', async () => {
  await using pool = makePool({ size: 1 });
  const taken = await Promise.all([pool.take(never), pool.take(never), pool.take(never)]);
  expect(new Set(taken.map(({ pid }) => pid)).size).toBe(3);
  const next = await pool.take(never);
  expect(taken.map(({ pid }) => pid)).not.toContain(next.pid);
  for (const process of [...taken, next]) await process.stop(0);
});

test('a process that was taken is replaced when its code is loaded, or it has ended without', async () => {
  let warmed = Promise.withResolvers<void>();
  const printed = new Writable({
    write(_chunk, _encoding, done) {
      warmed.resolve();
      done();
    },
  });
  const sink = new OutputSink(printed);
  await using pool = makePool({ size: 1, environment: { TELL_WARM_UP: '1' }, output: { stdout: sink, stderr: sink } });
  for (const says of [[{ type: 'loaded' }], []]) {
    await warmed.promise;
    warmed = Promise.withResolvers();
    const taken = await pool.take(never);
    expect(pool.idlePids).toEqual([]);
    taken.begin(assignmentWith({ send: says, ...(says.length === 0 && { exit: 0 }) }), () => {});
    await taken.loaded;
    expect(pool.idlePids).toHaveLength(1);
    await taken.stop(0);
  }
});

test('a process that dies idle is replaced', async () => {
  await using pool = makePool({ size: 1 });
  const first = await pool.take(never);
  first.begin(assignmentWith({ send: [{ type: 'loaded' }] }), () => {});
  await first.loaded;
  await first.stop(0);
  const [idle = Number.NaN] = pool.idlePids;
  process.kill(idle, 'SIGKILL');
  const taken = await pool.take(never);
  // Taken in the instant before its end is noticed, it says so by itself.
  if (taken.pid === idle) await taken.exited;
  const second = taken.pid === idle ? await pool.take(never) : taken;
  expect(second.pid).not.toBe(idle);
  await second.stop(0);
});

test('when processes keep dying, takers are told why', async () => {
  await using pool = makePool({ size: 0, environment: { FAIL_AT_START: 'no engine here' } });
  const refused = pool.take(never);
  await expect(refused).rejects.toThrow(NotStartedError);
  await expect(refused).rejects.toThrow('(exit code 3)\nno engine here');
});

test('a process that can not even be forked is like one that died', async () => {
  const tooLarge = 'x'.repeat(200_000);
  await using pool = makePool({ size: 1, environment: { PATH: process.env.PATH, TOO_LARGE: tooLarge } });
  await expect(pool.take(never)).rejects.toThrow('could not be started\nError: spawn E2BIG');
});

test('processes that die as soon as they are idle are replaced more and more slowly, until one is taken', async () => {
  const clock = virtualClock();
  let deaths = 0;
  const log = Object.assign(silentLogger(), { warn: () => (deaths += 1) });
  const pool = makePool({ size: 1, environment: { DIE_IDLE: '1' }, clock, log });
  onTestFinished(async () => {
    let isClosed = false;
    void pool[Symbol.asyncDispose]().then(() => {
      isClosed = true;
    });
    // The end of an idle process takes time by this clock, too.
    while (!isClosed) await clock.advance(1);
  });
  const died = (count: number) => vi.waitFor(() => expect(deaths).toBe(count), { timeout: 20_000, interval: 5 });
  for (const [index, pauseMs] of [0, 200, 400, 800].entries()) {
    await died(index + 1);
    if (pauseMs > 0) {
      await clock.advance(pauseMs - 1);
      expect(pool.idlePids).toEqual([]);
    }
    await clock.advance(1);
    expect(pool.idlePids).toHaveLength(1);
  }
  await died(5);
  // One that a run waits for is not idle.
  const taken = pool.take(never);
  await clock.advance(5_000);
  await (await taken).stop(0);
});

test('a taker that is called back costs the next one nothing', async () => {
  await using pool = makePool({ size: 0 });
  const callBack = new AbortController();
  const gone = pool.take(callBack.signal);
  callBack.abort();
  await expect(gone).rejects.toThrow('called back');
  const taken = await pool.take(never);
  await taken.stop(0);
});

test('dispose ends idle and loading processes, and leaves taken ones alone', async () => {
  const pool = makePool({ size: 2 });
  const taken = await pool.take(never);
  const waiting = pool.idlePids;
  await pool[Symbol.asyncDispose]();
  expect(waiting.filter(isAlive)).toEqual([]);
  expect(pool.idlePids).toEqual([]);
  expect(isAlive(taken.pid ?? 0)).toBe(true);
  await expect(pool.take(never)).rejects.toThrow(NotStartedError);
  taken.begin(assignmentWith({}), () => {});
  await taken.stop(0);
  expect(isAlive(taken.pid ?? 0)).toBe(false);
});
