import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { newId } from '@millrace/clock';
import { type VirtualClock, virtualClock } from '@millrace/clock/virtual';
import { type FlowRunsSubjectSchema, WatchRequestSchema } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { createFlowRuns, type Database, openSignals, type Signals, withTransaction } from '@millrace/db';
import { insertDeployment, insertFlowRuns, type TestDatabase, testDatabase } from '@millrace/db/testing';
import { silentLogger } from '@millrace/telemetry';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RunChanges } from '../watch/run-changes.ts';
import { watch } from './watch.ts';

let stack: AsyncDisposableStack;
let db: TestDatabase;
let clock: VirtualClock;
let signals: Signals;
let runChanges: RunChanges;
let deployment: { flowId: string; deploymentId: string };
const log = silentLogger();
/** How often each statement was run. */
let counts: Map<string, number>;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  db = stack.use(await testDatabase());
  clock = virtualClock();
  signals = stack.use(await openSignals(db.database, { clock }));
  counts = new Map();
  const counting: Database = {
    ...db.database,
    run(statement, values) {
      counts.set(statement.name, (counts.get(statement.name) ?? 0) + 1);
      return db.database.run(statement, values);
    },
  };
  runChanges = stack.use(new RunChanges({ database: counting, signals, clock, log }));
  deployment = await insertDeployment(db.database, clock);
});
afterEach(() => stack.disposeAsync());

function watchRuns(flowRuns: MessageInitShape<typeof FlowRunsSubjectSchema> = {}, cursor = '') {
  const subjects = [{ subject: { case: 'flowRuns' as const, value: flowRuns }, cursor }];
  const context = { database: db.database, signals, clock, log, runChanges };
  const stop = new AbortController();
  const events = watch(context, create(WatchRequestSchema, { subjects }), { signal: stop.signal });
  stack.defer(async () => {
    stop.abort();
    await events.return();
  });
  /** The next event, signs of life left out. */
  const next = async () => {
    for (;;) {
      const { value } = await events.next();
      if (value?.event?.case === 'flowRuns') return { cursor: value.cursor ?? '', ...value.event.value };
    }
  };
  return {
    next,
    /** The names in the next event; "reset" and "left" where there are such. */
    async names(): Promise<string> {
      const { flowRuns = [], leftIds = [], reset } = await next();
      return [reset && 'reset', ...flowRuns.map(({ name }) => name), leftIds.length > 0 && 'left']
        .filter(Boolean)
        .join(' ');
    },
  };
}

const make = async (name: string) => (await insertFlowRuns(db.database, clock, { ...deployment, name }))[0] ?? '';
const tell = (id: string) => signals.publish([{ kind: 'flow-run', id }]);

/** Until the watcher and the net below it wait for the clock. */
const parked = () => vi.waitFor(() => expect(clock.pending).toBe(2), { interval: 2, timeout: 20_000 });

test('the first change goes out at once, those that follow closely four times a second', async () => {
  const events = watchRuns();
  expect(await events.names()).toBe('reset');
  await clock.advance(250);
  const first = events.names();
  await parked();
  tell(await make('a'));
  expect(await first).toBe('a');
  const second = events.names();
  tell(await make('b'));
  tell(await make('c'));
  await parked();
  let told = false;
  void second.then(() => {
    told = true;
  });
  await clock.advance(249);
  expect(told).toBe(false);
  await clock.advance(1);
  expect((await second).split(' ').sort()).toEqual(['b', 'c']);
});

test('a lost signal is made good by the next reading of the history, and nothing is told twice', async () => {
  const events = watchRuns();
  expect(await events.names()).toBe('reset');
  await clock.advance(250);
  const heard = events.names();
  await parked();
  tell(await make('heard'));
  expect(await heard).toBe('heard');
  const coming = events.names();
  await make('unheard');
  await parked();
  await clock.advance(2_000);
  expect(await coming).toBe('unheard');
  const later = events.names();
  for (let polls = 0; polls < 3; polls++) {
    await parked();
    await clock.advance(2_000);
  }
  // A reading under way might find it already.
  await parked();
  await make('the next');
  await clock.advance(2_000);
  expect(await later).toBe('the next');
});

test('so is a transaction that commits late, without a signal', async () => {
  const commit = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const context = { now: clock.now(), actor: 'test', newId: () => newId(clock) };
  const committed = withTransaction(db.database, async (tx) => {
    const run = {
      id: newId(clock),
      name: 'late',
      ...deployment,
      deploymentVersion: 1,
      scheduleId: null,
      autoScheduled: false,
      parameters: {},
      tags: [],
      flowRunnerType: 'universal',
      flowRunnerConfig: {},
      priority: 0,
      maxRetries: 0,
      retryDelaysMs: [],
      idempotencyKey: null,
      scheduledTime: clock.now(),
      parentFlowRunId: null,
      message: '',
    };
    await createFlowRuns(tx, [run], context);
    begun.resolve();
    await commit.promise;
  });
  await begun.promise;
  const events = watchRuns();
  expect(await events.names()).toBe('reset');
  const coming = events.names();
  for (let polls = 0; polls < 4; polls++) {
    await parked();
    await clock.advance(2_000);
  }
  // As above.
  await parked();
  commit.resolve();
  await committed;
  await clock.advance(2_000);
  expect(await coming).toBe('late');
});

test('the history is read once for all watchers, and not at all without any', async () => {
  const reads = () => counts.get('find_changed_flow_runs') ?? 0;
  await clock.advance(10_000);
  expect(reads()).toBe(0);
  const watchers = [watchRuns(), watchRuns(), watchRuns()];
  for (const events of watchers) expect(await events.names()).toBe('reset');
  expect(reads()).toBe(1);
  const waiting = watchers.map((events) => events.names());
  await vi.waitFor(() => expect(clock.pending).toBe(4), { interval: 2, timeout: 20_000 });
  await clock.advance(2_000);
  await vi.waitFor(() => expect(reads()).toBe(2), { interval: 2, timeout: 20_000 });
  signals.publish([{ kind: 'resync', id: '' }]);
  await vi.waitFor(() => expect(clock.pending).toBe(4), { interval: 2, timeout: 20_000 });
  await make('a');
  await clock.advance(2_000);
  expect(await Promise.all(waiting)).toEqual(['a', 'a', 'a']);
});

test('a reader that is far behind begins anew', async () => {
  const events = watchRuns({ limit: 1 });
  await make('a');
  expect(await events.names()).toBe('reset a');
  for (let told = 0; told <= 20_000; told++) tell(newId(clock));
  await clock.advance(250);
  expect(await events.names()).toBe('reset a');
});

test('a watcher of a quiet filter gets a fresh cursor now and then, lest its own grow too old', async () => {
  const events = watchRuns({ filter: { nameLike: 'never' } });
  const first = await events.next();
  const coming = events.next();
  for (let gone = 0; gone < 300_000; gone += 2_000) {
    await parked();
    await clock.advance(2_000);
  }
  const { cursor, flowRuns, reset } = await coming;
  expect([flowRuns ?? [], reset ?? false]).toEqual([[], false]);
  const instantOf = (text: string) => Number(text.slice(1));
  expect(instantOf(cursor) - instantOf(first.cursor)).toBeGreaterThan(290_000);
});
