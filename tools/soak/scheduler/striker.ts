import type { Clock } from '@millrace/clock';
import type { Database } from '@millrace/db';
import type { Random } from '../calendar/random.ts';
import { signalTo } from '../process-table.ts';
import type { Place, Schedulers } from './schedulers.ts';

export interface StrikerOptions {
  readonly schedulers: Schedulers;
  readonly database: Database;
  readonly random: Random;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

/** How often schedulers were killed. */
export interface Strikes {
  readonly kills: number;
  /** Of them, while a transaction that made runs was under way. */
  readonly inTheMidst: number;
}

const LOOK_EVERY_MS = 2;
const WAITS_AT_MOST_MS = 4_000;
const KILL_LEAST_MS = 1_000;
const KILL_MOST_MS = 3_000;

// Who makes runs is between its first statement and its commit.
const making = {
  name: 'soak_making',
  text: `select pid from pg_stat_activity
         where application_name = 'millrace scheduler' and state <> 'idle' and xact_start is not null
           and query ilike any(array['%insert into %schedule_fire%', '%insert into %flow_run%', '%insert into %queue_entry%'])`,
};
const alive = { name: 'soak_alive', text: 'select pid from pg_stat_activity where pid = any($1::int[])' };

/** Kills one scheduler or the other, at times both, every few seconds until an instant; each is started anew at once. */
export async function strikeUntil(end: number, options: StrikerOptions): Promise<Strikes> {
  const { schedulers, random, clock, stop } = options;
  const starting = new Map<Place, Promise<void>>();
  const failures: unknown[] = [];
  const restart = (place: Place) => {
    const started = schedulers.restart(place).catch((error: unknown) => void failures.push(error));
    starting.set(
      place,
      started.finally(() => starting.delete(place)),
    );
  };
  let kills = 0;
  let inTheMidst = 0;
  while (clock.now() < end && failures.length === 0) {
    stop.throwIfAborted();
    await clock.sleep(random.whole(KILL_LEAST_MS, KILL_MOST_MS), stop);
    const up = schedulers.running.filter((place) => !starting.has(place));
    if (up.length === 0) {
      await Promise.race(starting.values());
      continue;
    }
    // Half of the kills are by chance; the others wait for a pass that makes runs.
    const seen = random.isLikely(0.5) ? [] : await untilMaking(options);
    const victims = random.isLikely(0.3) ? up : [random.pick(up)];
    signalTo(
      victims.map(({ process }) => process.pid),
      'SIGKILL',
    );
    await Promise.all(victims.map(({ process }) => process.exited));
    kills += victims.length;
    if (seen.length > 0 && (await areGone(seen, options))) inTheMidst += 1;
    for (const victim of victims) restart(victim);
  }
  await Promise.all(starting.values());
  if (failures.length > 0) throw failures[0];
  return { kills, inTheMidst };
}

async function untilMaking({ database, clock, stop }: StrikerOptions): Promise<number[]> {
  for (const until = clock.now() + WAITS_AT_MOST_MS; clock.now() < until && !stop.aborted; ) {
    const found = await database.run<{ pid: number }>(making, []);
    if (found.length > 0) return found.map(({ pid }) => pid);
    await clock.sleep(LOOK_EVERY_MS, stop);
  }
  return [];
}

/** Whether one of the backends ended with its client: it was the victim's. */
async function areGone(pids: readonly number[], { database, clock }: StrikerOptions): Promise<boolean> {
  for (let look = 0; look < 50; look++) {
    const left = await database.run<{ pid: number }>(alive, [pids]);
    if (left.length < pids.length) return true;
    await clock.sleep(LOOK_EVERY_MS);
  }
  return false;
}
