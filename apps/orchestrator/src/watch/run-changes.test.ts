import { virtualClock } from '@millrace/clock/virtual';
import { openSignals } from '@millrace/db';
import { insertDeployment, insertFlowRuns, testDatabase } from '@millrace/db/testing';
import { silentLogger } from '@millrace/telemetry';
import { expect, test, vi } from 'vitest';
import { RunChanges } from './run-changes.ts';

test('under load a shorter time is read, and listeners begin anew once, when it is over', async () => {
  await using db = await testDatabase();
  const clock = virtualClock();
  await using signals = await openSignals(db.database, { clock });
  const deployment = await insertDeployment(db.database, clock);
  const mostStates = 4;
  await using changes = new RunChanges({ database: db.database, signals, clock, log: silentLogger(), mostStates });
  await insertFlowRuns(db.database, clock, { ...deployment, count: 5 });
  await clock.advance(5_000);
  const told: (readonly string[] | undefined)[] = [];
  const unsubscribe = await changes.subscribe((changed) => told.push(changed?.map(({ id }) => id)));
  const read = async () => {
    const before = told.length;
    await vi.waitFor(() => expect(clock.pending).toBe(1), { interval: 2, timeout: 20_000 });
    await clock.advance(2_000);
    await vi.waitFor(() => expect(told.length).toBe(before + 1), { interval: 2, timeout: 20_000 });
    return told.at(-1);
  };
  const few = await insertFlowRuns(db.database, clock, { ...deployment, count: 1 });
  expect(await read()).toEqual(few);
  const many = await insertFlowRuns(db.database, clock, { ...deployment, count: 4 });
  expect(new Set(await read())).toEqual(new Set(many));
  await insertFlowRuns(db.database, clock, { ...deployment, count: 5 });
  expect(await read()).toBeUndefined();
  const quiet: unknown[] = [];
  for (let readings = 0; readings < 16; readings++) quiet.push(await read());
  expect(quiet.filter((changed) => changed === undefined)).toHaveLength(1);
  unsubscribe();
});
