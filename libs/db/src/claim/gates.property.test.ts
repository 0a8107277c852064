import { virtualClock } from '@millrace/clock/virtual';
import { array, assert, asyncProperty, constantFrom, integer, oneof, record } from 'fast-check';
import { expect, test } from 'vitest';
import { ScheduledWorld } from '../testing/scheduled.ts';
import { markLateFlowRuns } from '../transitions/mark-late-flow-runs.ts';

const MINUTE = 60_000;

/** What happens to the runs of schedules. */
const step = oneof(
  record({ what: constantFrom('advance' as const), by: integer({ min: 1, max: 5 }) }),
  record({ what: constantFrom('claim' as const), by: integer({ min: 1, max: 12 }) }),
  record({ what: constantFrom('end' as const, 'fail' as const, 'begin' as const), by: integer({ min: 0, max: 20 }) }),
  record({ what: constantFrom('lose holder' as const, 'late' as const), by: constantFrom(0) }),
);

test('whatever happens, no two of a schedule are under way, nobody waits for ever, and each fire is accounted for', {
  timeout: 120_000,
}, async () => {
  let tried = 0;
  const history = array(step, { minLength: 10, maxLength: 40 });
  await assert(
    asyncProperty(history, async (steps) => {
      const clock = virtualClock();
      await using world = await ScheduledWorld.open(clock);
      const player = new Player(world);
      const start = clock.now();
      const ids = [
        await world.schedule({ options: { overlap: 'skip' }, maxRetries: 1 }),
        await world.schedule({ options: { overlap: 'buffer-one' }, maxRetries: 1 }),
        await world.schedule({ options: { overlap: 'buffer-one', catchUp: 'latest' } }),
      ];
      for (const { what, by } of steps) {
        await player.play(what, by);
        await player.check();
      }
      await player.finish();
      for (const id of ids) {
        const ledger = await world.ledger(id, start);
        expect(ledger.filter((line) => !/ (started|overlap|catch-up)$/.test(line))).toEqual([]);
        tried += ledger.length;
      }
      expect(await player.gates()).toEqual([]);
    }),
    { numRuns: 6 },
  );
  expect(tried).toBeGreaterThan(50);
});

interface HeldRun {
  readonly flowRunId: string;
  readonly epoch: number;
  begun: boolean;
}

class Player {
  readonly #world: ScheduledWorld;
  #held: HeldRun[] = [];

  constructor(world: ScheduledWorld) {
    this.#world = world;
  }

  gates() {
    return this.#world.db.database.kysely.selectFrom('schedule_gate').selectAll().execute();
  }

  async play(what: string, by: number): Promise<void> {
    const run = this.#held[by % Math.max(1, this.#held.length)];
    switch (what) {
      case 'advance':
        await this.#world.clock.advance(by * MINUTE);
        return this.#world.topUp();
      case 'claim':
        this.#held.push(...(await this.#world.claim(by)).map((claimed) => ({ ...claimed, begun: false })));
        return;
      case 'late':
        await markLateFlowRuns(this.#world.db.database, { ...this.#world.by, limit: 100 });
        return;
      case 'lose holder':
        this.#held = [];
        return this.#world.loseHolder();
      default:
        if (run) await this.#move(run, what);
    }
  }

  async #move(run: HeldRun, what: string): Promise<void> {
    // One that waits to retry is not to begin yet.
    if (!run.begun && (await this.#world.move(run, 'RUNNING'))[0] !== 'ACCEPT') return;
    run.begun = true;
    if (what === 'begin') return;
    const [status] = await this.#world.move(run, what === 'end' ? 'COMPLETED' : 'FAILED');
    // One that is rejected waits to retry in place.
    if (status === 'REJECT') run.begun = false;
    else this.#held = this.#held.filter((other) => other !== run);
  }

  /** Of each schedule at most one is under way, and it is the one that has the gate. */
  async check(): Promise<void> {
    const { kysely } = this.#world.db.database;
    const live = await kysely
      .selectFrom('flow_run')
      .select(['id', 'schedule_id'])
      .where((eb) =>
        eb.or([eb('holder_id', 'is not', null), eb.and([eb('run_count', '>', 0), eb('state_type', '=', 'SCHEDULED')])]),
      )
      .execute();
    const gates = new Map((await this.gates()).map((gate) => [gate.schedule_id, gate.flow_run_id]));
    for (const { id, schedule_id } of live) expect(gates.get(schedule_id ?? '')).toBe(id);
  }

  /** Brings all that is due to its end. */
  async finish(): Promise<void> {
    for (let idle = 0; idle < 3; ) {
      await this.#world.topUp();
      this.#held.push(...(await this.#world.claim()).map((claimed) => ({ ...claimed, begun: false })));
      idle = this.#held.length === 0 ? idle + 1 : 0;
      for (const run of [...this.#held]) await this.#move(run, 'end');
      // Attempts that wait fall due.
      await this.#world.clock.advance(1_000);
    }
  }
}
