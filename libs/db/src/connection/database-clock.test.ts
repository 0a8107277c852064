import { type Clock, systemClock } from '@millrace/clock';
import { expect, test } from 'vitest';
import { testDatabase } from '../testing/index.ts';
import { openDatabase } from './database.ts';
import { startDatabaseClock } from './database-clock.ts';

/** Two machine clocks at the database's: one right, one late. The next measurement comes when the test says so. */
test.each([0, 5_000])(
  'goes by the time of Postgres, %i ms ahead, also when a measurement had to wait',
  async (late) => {
    await using db = await testDatabase();
    await using database = openDatabase({ url: db.url, schema: 'millrace', applicationName: 'clock', poolSize: 1 });
    let measure = () => {};
    let measured = Promise.withResolvers<void>();
    const base: Clock = {
      ...systemClock,
      now: () => systemClock.now() - late,
      setTimer(_, fire) {
        measure = fire;
        measured.resolve();
        return { cancel: () => undefined };
      },
    };
    using clock = await startDatabaseClock(database, base);
    const error = () => Math.abs(clock.now() - systemClock.now());
    expect(error()).toBeLessThan(100);
    measured = Promise.withResolvers();
    const busy = database.run({ name: 'busy', text: 'select pg_sleep(0.5)' }, []);
    measure();
    await Promise.all([busy, measured.promise]);
    expect(error()).toBeLessThan(100);
  },
);
