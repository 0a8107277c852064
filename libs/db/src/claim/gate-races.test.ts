import { newId } from '@millrace/clock';
import { type VirtualClock, virtualClock } from '@millrace/clock/virtual';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { claimFlowRuns } from '../claim/claim-flow-runs.ts';
import { type Transaction, withTransaction } from '../connection/with-transaction.ts';
import { deleteDeployment } from '../deployments/delete-deployment.ts';
import { renewHolder } from '../holders/renew-holder.ts';
import { skipDueRuns } from '../schedules/restart-schedules.ts';
import { ScheduledWorld } from '../testing/scheduled.ts';

const MINUTE = 60_000;
let world: ScheduledWorld;
let clock: VirtualClock;
beforeEach(async () => {
  clock = virtualClock();
  world = await ScheduledWorld.open(clock);
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  expect([...awaited]).toEqual([]);
});

// Statements before which something is yet to happen: none may be left when a test ends.
const awaited = new Set<string>();

const gates = () => world.db.database.kysely.selectFrom('schedule_gate').selectAll().execute();
const entries = () => world.db.database.kysely.selectFrom('queue_entry').selectAll().execute();
const runs = () => world.db.database.kysely.selectFrom('flow_run').selectAll().orderBy('expected_start_time').execute();

/** A transaction in which something happens elsewhere right before a statement. */
function before(tx: Transaction, name: string, happens: () => Promise<unknown>): Transaction {
  awaited.add(name);
  return {
    kysely: tx.kysely,
    async run(statement, values) {
      if (statement.name === name && awaited.delete(name)) await happens();
      return tx.run(statement, values);
    },
  };
}

/** Until a transaction waits for another's lock. */
async function somebodyWaits() {
  const waiting = {
    name: 'somebody_waits',
    text: `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and query ~ $1`,
  };
  await vi.waitFor(async () => {
    expect(await world.db.database.run(waiting, [world.db.database.schema])).toHaveLength(1);
  });
}

async function claimWith(limit: number, wrap: (tx: Transaction) => Transaction) {
  const holderId = newId(clock);
  await renewHolder(world.db.database, { id: holderId, kind: 'agent', name: 'other' }, clock.now());
  return withTransaction(world.db.database, (tx) =>
    claimFlowRuns(wrap(tx), { ...world.by, queueIds: [world.queueId], holderId, limit }),
  );
}

// A ends while B, which waits behind it, is being paused: A's transaction hands the gate to B and puts B into its queue;
// B's takes the gate away again but has looked after B's queue entries before. The next claim meets the ended B.
test('a pause while the gate is handed on does not close the gate for ever', async () => {
  const id = await world.schedule({ options: { overlap: 'buffer-one' } });
  await clock.advance(2 * MINUTE);
  const [a] = await world.claim();
  if (!a) throw new Error('nothing claimed');
  await world.move(a, 'RUNNING');
  await withTransaction(world.db.database, (tx) =>
    skipDueRuns(
      before(tx, 'lock_gates_of_runs', () => world.move(a, 'COMPLETED')),
      [id],
      world.by,
    ),
  );
  expect(await gates()).toEqual([]);
  // An entry of a run that has ended may be left behind; the claim clears it away.
  await world.claim();
  expect(await gates()).toEqual([]);
  await world.topUp();
  await clock.advance(MINUTE);
  expect((await world.claim()).length).toBe(1);
});

// A run that is found in a queue and is skipped by another transaction before it is locked.
test('a run that ends between being found and being locked does not get the gate', async () => {
  await world.schedule({ options: { overlap: 'skip' } });
  const other = await world.schedule({});
  await clock.advance(MINUTE);
  const [first, second] = await runs();
  const bound = [first, second].find((run) => run?.overlap === 'skip');
  const free = [first, second].find((run) => run?.schedule_id === other);
  if (!bound || !free) throw new Error('no runs');
  await world.db.database.kysely
    .updateTable('queue_entry')
    .set({ priority: 9 })
    .where('flow_run_id', '=', free.id)
    .execute();
  // The first candidate is locked by somebody, so that the claim looks deeper: finds, then locks.
  await withTransaction(world.db.database, async (locker) => {
    await locker.kysely.selectFrom('flow_run').select('id').where('id', '=', free.id).forUpdate().execute();
    const claimed = await claimWith(1, (tx) =>
      before(tx, 'lock_free_flow_runs', () =>
        withTransaction(world.db.database, (pausing) => skipDueRuns(pausing, [bound.schedule_id ?? ''], world.by)),
      ),
    );
    expect(claimed.claimed).toEqual([]);
  });
  expect(await gates()).toEqual([]);
});

// The gate is there when the claim wants it and gone when the claim locks it: then nobody has it, and the run goes on.
test('no run goes on without the gate when that is freed while it is wanted', async () => {
  await world.schedule({ options: { overlap: 'skip' } });
  await clock.advance(MINUTE);
  const [a] = await world.claim();
  if (!a) throw new Error('nothing claimed');
  await world.move(a, 'RUNNING');
  await clock.advance(MINUTE);
  const b = await claimWith(10, (tx) => before(tx, 'take_schedule_gates', () => world.move(a, 'COMPLETED')));
  await clock.advance(MINUTE);
  const c = await world.claim();
  expect(b.claimed.length + c.length).toBeLessThanOrEqual(1);
});

// As 1, but B's deployment is deleted: it would get the gate, and an entry that nothing ever takes out of the queue.
test('who ends while its deployment is deleted hands the gate to nobody', async () => {
  await world.schedule({ options: { overlap: 'buffer-one' } });
  await clock.advance(2 * MINUTE);
  const [a] = await world.claim();
  if (!a) throw new Error('nothing claimed');
  await world.move(a, 'RUNNING');
  const deploymentId = (await runs())[0]?.deployment_id ?? '';
  let moved: Promise<unknown> | undefined;
  await withTransaction(world.db.database, (tx) =>
    deleteDeployment(
      before(tx, 'lock_gates_of_runs', async () => {
        moved = world.move(a, 'COMPLETED');
        await somebodyWaits();
      }),
      deploymentId,
      world.by,
    ),
  );
  await moved;
  expect(await entries()).toEqual([]);
  expect(await gates()).toEqual([]);
  expect(await runs()).toMatchObject([{ id: a.flowRunId, state_type: 'COMPLETED', deployment_id: null }]);
});

// A waits to retry, and holds the gate meanwhile; B waits behind it. Who claims A has A and wants the gate.
test('a deletion and a claim at one gate do not wait for each other in a circle', async () => {
  await world.schedule({ options: { overlap: 'buffer-one' } });
  await world.db.database.kysely.updateTable('flow_run').set({ max_retries: 1 }).execute();
  await clock.advance(2 * MINUTE);
  const [a] = await world.claim();
  if (!a) throw new Error('nothing claimed');
  await world.move(a, 'RUNNING');
  await world.loseHolder();
  await clock.advance(2000);
  const deploymentId = (await runs())[0]?.deployment_id ?? '';
  let deleted: Promise<unknown> | undefined;
  let attempts = 0;
  const claimed = await claimWith(10, (tx) => {
    attempts++;
    return before(tx, 'take_schedule_gates', async () => {
      deleted = withTransaction(world.db.database, (deleting) => {
        attempts++;
        return deleteDeployment(deleting, deploymentId, world.by);
      });
      await somebodyWaits();
    });
  });
  await deleted;
  expect(attempts).toBe(2);
  expect(claimed.claimed).toMatchObject([{ flowRunId: a.flowRunId }]);
  expect(await runs()).toMatchObject([{ id: a.flowRunId, state_type: 'PENDING', deployment_id: null }]);
});

// A reserves the gate without being claimed (its queue was full); a newer fire makes A "catch-up", and A "overlap" the newer.
test('latest and skip together let the newest run, not none', async () => {
  await world.schedule({ options: { overlap: 'skip', catchUp: 'latest' } });
  const other = await world.schedule({ intervalMs: 10 * MINUTE });
  await world.db.database.kysely.updateTable('work_queue').set({ concurrency_limit: 1 }).execute();
  // Both fall due at once; the other one is taken first, and the queue is full then.
  await world.db.database.kysely.updateTable('schedule').set({ top_up_at: null }).where('id', '=', other).execute();
  await clock.advance(10 * MINUTE);
  await world.topUp();
  const otherRun = (await runs()).find((run) => run.schedule_id === other)?.id ?? '';
  await world.db.database.kysely
    .updateTable('queue_entry')
    .set({ priority: 9 })
    .where('flow_run_id', '=', otherRun)
    .execute();
  const [x] = await world.claim();
  expect(x?.flowRunId).toBe(otherRun);
  if (!x) throw new Error('nothing claimed');
  await world.move(x, 'RUNNING');
  await clock.advance(3 * MINUTE);
  await world.topUp();
  await world.move(x, 'COMPLETED');
  const claimed = await world.claim();
  expect(claimed.length).toBe(1);
});
