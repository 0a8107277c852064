import { type VirtualClock, virtualClock } from '@millrace/clock/virtual';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withTransaction } from '../connection/with-transaction.ts';
import { skipDueRuns } from '../schedules/restart-schedules.ts';
import { ScheduledWorld } from '../testing/scheduled.ts';
import { expireFlowRuns } from '../transitions/expire-flow-runs.ts';
import { markLateFlowRuns } from '../transitions/mark-late-flow-runs.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let world: ScheduledWorld;
let clock: VirtualClock;
let start: number;
beforeEach(async () => {
  clock = virtualClock();
  start = clock.now();
  world = await ScheduledWorld.open(clock);
});
afterEach(() => world[Symbol.asyncDispose]());

const like = (part: object) => expect.objectContaining(part);
const gates = () => world.db.database.kysely.selectFrom('schedule_gate').selectAll().execute();
const runs = () =>
  world.db.database.kysely.selectFrom('flow_run').selectAll().orderBy('expected_start_time').orderBy('id').execute();
const due = async () => (await runs()).filter((run) => run.expected_start_time <= clock.now());
const entries = async () => {
  const rows = await world.db.database.kysely.selectFrom('queue_entry').selectAll().execute();
  return rows.filter((row) => row.due_at <= clock.now()).map((row) => row.flow_run_id);
};

describe('overlap', () => {
  test('skip: one goes on, what falls due meanwhile is skipped, the next one after its end goes on', async () => {
    const id = await world.schedule({ options: { overlap: 'skip' } });
    await clock.advance(3 * MINUTE);
    const [first] = await world.claim();
    expect(await world.claim()).toEqual([]);
    expect(await due()).toEqual([
      like({ id: first?.flowRunId, state_name: 'Pending' }),
      like({ state_type: 'CANCELLED', state_name: 'Skipped', end_time: null }),
      like({ state_type: 'CANCELLED', state_name: 'Skipped' }),
    ]);
    expect(await entries()).toEqual([]);
    expect(first && (await world.move(first, 'RUNNING', 'COMPLETED'))).toEqual(['ACCEPT', 'ACCEPT']);
    expect(await gates()).toEqual([]);
    await clock.advance(MINUTE);
    const [fourth] = await world.claim();
    expect(fourth && (await world.move(fourth, 'RUNNING'))).toEqual(['ACCEPT']);
    expect(await world.ledger(id, start)).toEqual(['+60s started', '+120s overlap', '+180s overlap', '+240s started']);
  });

  test('buffer one: one waits outside its queue and goes on at the end of the first; others are skipped', async () => {
    const id = await world.schedule({ options: { overlap: 'buffer-one' } });
    await clock.advance(2 * MINUTE);
    const [first] = await world.claim();
    const waiting = (await due())[1]?.id;
    expect(await gates()).toMatchObject([{ flow_run_id: first?.flowRunId, waiting_flow_run_id: waiting }]);
    expect(await entries()).toEqual([]);
    await clock.advance(MINUTE);
    expect(await world.claim()).toEqual([]);
    // Late or not, it stays where it waits.
    await markLateFlowRuns(world.db.database, { ...world.by, limit: 10 });
    expect(await entries()).toEqual([]);
    expect(first && (await world.move(first, 'RUNNING', 'COMPLETED'))).toEqual(['ACCEPT', 'ACCEPT']);
    expect(await entries()).toEqual([waiting]);
    // From the release on the gate is its own: one that falls due before it was claimed waits in turn.
    await clock.advance(MINUTE);
    expect(await world.claim()).toMatchObject([{ flowRunId: waiting }]);
    const fourth = (await due())[3]?.id;
    expect(await gates()).toMatchObject([{ flow_run_id: waiting, waiting_flow_run_id: fourth }]);
    expect(await world.ledger(id, start)).toEqual([
      ...['+60s started', '+120s scheduled', '+180s overlap', '+240s scheduled'],
    ]);
  });

  test('who waits to retry still holds the gate; who is given up frees it', async () => {
    const id = await world.schedule({ options: { overlap: 'skip' }, maxRetries: 1 });
    await clock.advance(MINUTE);
    const [first] = await world.claim();
    expect(first && (await world.move(first, 'RUNNING', 'FAILED'))).toEqual(['ACCEPT', 'REJECT']);
    await clock.advance(MINUTE);
    expect(await world.claim()).toEqual([]);
    // In its second attempt its process dies, and there is no third.
    expect(first && (await world.move(first, 'RUNNING'))).toEqual(['ACCEPT']);
    expect(await gates()).toMatchObject([{ flow_run_id: first?.flowRunId }]);
    await world.loseHolder();
    expect((await due())[0]).toMatchObject({ state_type: 'CRASHED' });
    expect(await gates()).toEqual([]);
    await clock.advance(MINUTE);
    expect(await world.claim()).toHaveLength(1);
    expect((await world.ledger(id, start)).slice(0, 2)).toEqual(['+60s started', '+120s overlap']);
  });

  test('a process that dies before it began gives its run back, with the gate', async () => {
    await world.schedule({ options: { overlap: 'skip' } });
    await clock.advance(MINUTE);
    const [first] = await world.claim();
    await world.loseHolder();
    expect(await world.claim()).toEqual([{ flowRunId: first?.flowRunId, epoch: 3 }]);
  });

  test('one that waits at the gate and is skipped itself leaves it', async () => {
    const id = await world.schedule({ options: { overlap: 'buffer-one' } });
    await clock.advance(2 * MINUTE);
    const [first] = await world.claim();
    await clock.advance(MINUTE / 2);
    await withTransaction(world.db.database, (tx) => skipDueRuns(tx, [id], world.by));
    expect(await gates()).toMatchObject([{ flow_run_id: first?.flowRunId, waiting_flow_run_id: null }]);
    expect(await world.ledger(id, start)).toEqual(['+60s scheduled', '+120s paused']);
  });

  test('a claim of one gets past as many as there are to skip', async () => {
    await world.schedule({ options: { overlap: 'skip' } });
    await clock.advance(70 * MINUTE);
    const other = await world.schedule({ intervalMs: MINUTE });
    await clock.advance(MINUTE);
    expect(await world.claim(1)).toHaveLength(1);
    const [next] = await world.claim(1);
    expect((await runs()).find((run) => run.id === next?.flowRunId)?.schedule_id).toBe(other);
    expect((await due()).filter((run) => run.state_name === 'Skipped')).toHaveLength(70);
  });

  test('claims at the same time never let two of a schedule on', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => world.schedule({ options: { overlap: 'skip' } })));
    await clock.advance(20 * MINUTE);
    const claims = await Promise.all(Array.from({ length: 6 }, () => world.claim(7)));
    expect(claims.flat()).toHaveLength(ids.length);
    expect(new Set((await runs()).filter((run) => run.holder_id).map((run) => run.schedule_id))).toEqual(new Set(ids));
    while ((await entries()).length > 0) await world.claim();
    for (const id of ids) {
      const ledger = await world.ledger(id, start);
      expect(ledger.filter((line) => line.endsWith('overlap'))).toHaveLength(19);
    }
  });
});

describe('catch-up and expiry, of runs that nobody took', () => {
  test('none: what is not claimed within a minute is skipped, by the claim', async () => {
    const id = await world.schedule({ options: { catchUp: 'none' } });
    await clock.advance(2 * MINUTE + 1);
    expect(await world.claim()).toHaveLength(1);
    expect(await world.ledger(id, start)).toEqual(['+60s catch-up', '+120s scheduled']);
  });

  test('none and expire_after: also where nobody claims at all', async () => {
    const none = await world.schedule({ options: { catchUp: 'none' } });
    const soon = await world.schedule({ options: { expireAfterMs: 90 * SECOND } });
    await clock.advance(3 * MINUTE);
    const { count } = await expireFlowRuns(world.db.database, { ...world.by, limit: 10 });
    expect(count).toBe(2);
    expect(await expireFlowRuns(world.db.database, { ...world.by, limit: 10 })).toEqual({ count: 0, signals: [] });
    expect(await world.ledger(none, start)).toEqual(['+60s catch-up', '+120s scheduled', '+180s scheduled']);
    expect(await world.ledger(soon, start)).toEqual(['+60s expired', '+120s scheduled', '+180s scheduled']);
  });

  test('latest: of those that wait only the newest goes on', async () => {
    const id = await world.schedule({ options: { catchUp: 'latest' } });
    await clock.advance(3 * MINUTE + SECOND);
    const [newest, ...others] = await world.claim();
    expect(others).toEqual([]);
    expect((await due())[2]?.id).toBe(newest?.flowRunId);
    expect(await world.ledger(id, start)).toEqual(['+60s catch-up', '+120s catch-up', '+180s scheduled']);
  });

  test('latest: nothing goes on while nobody knows which is the newest', async () => {
    await world.schedule({ options: { catchUp: 'latest' }, intervalMs: HOUR });
    await clock.advance(6 * HOUR + MINUTE);
    expect(await world.claim()).toEqual([]);
    await world.topUp();
    const [newest, ...others] = await world.claim();
    expect(others).toEqual([]);
    const claimed = (await runs()).find((run) => run.id === newest?.flowRunId);
    expect(claimed?.expected_start_time).toBe(start + 6 * HOUR);
  });

  test('a retry is never late', async () => {
    await world.schedule({ options: { catchUp: 'none' }, maxRetries: 1 });
    await clock.advance(MINUTE);
    const [first] = await world.claim(1);
    expect(first && (await world.move(first, 'RUNNING'))).toEqual(['ACCEPT']);
    await world.loseHolder();
    await clock.advance(5 * MINUTE);
    await expireFlowRuns(world.db.database, { ...world.by, limit: 100 });
    expect(await world.claim()).toContainEqual(like({ flowRunId: first?.flowRunId }));
  });
});

test('six hours without a server: each catch_up does what it says, and the ledger tells why', async () => {
  const all = await world.schedule({ intervalMs: HOUR });
  const often = await world.schedule({ intervalMs: MINUTE });
  const latest = await world.schedule({ intervalMs: HOUR, options: { catchUp: 'latest' } });
  const none = await world.schedule({ intervalMs: HOUR, options: { catchUp: 'none' } });
  const expiring = await world.schedule({ intervalMs: HOUR, options: { expireAfterMs: 2 * HOUR } });
  await clock.advance(6 * HOUR + MINUTE / 2);
  // Whichever comes first after the start.
  await world.claim();
  await world.topUp();
  await world.claim();
  const hours = async (id: string) => (await world.ledger(id, start)).map((line) => line.split(' ')[1]);
  expect(await hours(all)).toEqual(Array(6).fill('scheduled'));
  expect(await hours(latest)).toEqual([...Array(5).fill('catch-up'), 'scheduled']);
  expect(await hours(none)).toEqual([...Array(5).fill('catch-up'), 'scheduled']);
  expect(await hours(expiring)).toEqual([...Array(4).fill('expired'), 'scheduled', 'scheduled']);
  const minutes = await hours(often);
  expect(minutes).toHaveLength(360);
  // Whether they were made before the server went or not.
  expect(minutes.slice(0, 260)).toEqual(Array(260).fill('expired'));
  expect(minutes.slice(260)).toEqual(Array(100).fill('scheduled'));
});

test('late: once, 5 s after the time, and claimed all the same', async () => {
  await world.schedule();
  await clock.advance(MINUTE + 4_999);
  const mark = () => markLateFlowRuns(world.db.database, { ...world.by, limit: 10 });
  expect((await mark()).count).toBe(0);
  const before = await entries();
  await clock.advance(1);
  expect((await mark()).count).toBe(1);
  expect((await mark()).count).toBe(0);
  expect((await due())[0]).toMatchObject({
    state_type: 'SCHEDULED',
    state_name: 'Late',
    expected_start_time: start + MINUTE,
  });
  expect(await entries()).toEqual(before);
  expect(await world.claim()).toHaveLength(1);
});

test('jitter moves the start and not the time that it is for, always by the same amount', async () => {
  const id = await world.schedule({ options: { jitterMs: 10 * MINUTE }, intervalMs: HOUR });
  const made = (await runs()).filter((run) => run.schedule_id === id);
  const delays = made.map((run) => (run.scheduled_time ?? 0) - run.expected_start_time);
  expect(made.map((run) => run.expected_start_time - start)).toEqual([HOUR, 2 * HOUR, 3 * HOUR]);
  expect(new Set(delays).size).toBe(3);
  for (const delay of delays) expect(delay >= 0 && delay <= 10 * MINUTE).toBe(true);
});
