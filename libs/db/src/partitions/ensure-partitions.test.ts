import { systemClock as clock } from '@millrace/clock';
import { expect, test } from 'vitest';
import { openInstallation } from '../connection/installation.ts';
import { toInstant } from '../connection/instant.ts';
import { withTransaction } from '../connection/with-transaction.ts';
import { testDatabase } from '../testing/test-database.ts';
import { ensurePartitions, PartitionsBusyError } from './ensure-partitions.ts';

const DAY_MS = 86_400_000;
const read = { name: 'read', text: 'select id from millrace.flow_run_state limit 1' };
const count = {
  name: 'count',
  text: `select count(*) filter (where relname like 'flow_run_state_2%') as states,
                count(*) filter (where relname like 'log_chunk_2%') as chunks
         from pg_class where relkind = 'r'`,
};

test('a long reader of one table keeps neither writers nor the other table waiting', async () => {
  await using db = await testDatabase();
  const days = async () => (await db.database.run<{ states: number; chunks: number }>(count, []))[0];
  const later = clock.now() + 20 * DAY_MS;
  const before = await days();
  expect(before?.states).toBe(before?.chunks);
  await withTransaction(db.database, async (reader) => {
    await reader.run(read, []);
    await expect(ensurePartitions(db.database, later)).rejects.toThrow(PartitionsBusyError);
  });
  expect(await days()).toEqual({ states: before?.states, chunks: Number(before?.chunks) + 8 });
  await ensurePartitions(db.database, later);
  expect((await days())?.states).toBe(Number(before?.states) + 8);
});

test('a process starts although a table is read for long, and says what it could not do', async () => {
  await using db = await testDatabase();
  const last = toInstant(clock.now() + 7 * DAY_MS)
    .slice(0, 10)
    .replaceAll('-', '');
  await db.database.run({ name: 'drop', text: `drop table millrace.flow_run_state_${last}` }, []);
  const errors: unknown[] = [];
  await withTransaction(db.database, async (reader) => {
    await reader.run(read, []);
    await using _ = await openInstallation({
      databaseUrl: db.database.url,
      databaseSchema: db.database.schema,
      applicationName: 'test',
      clock,
      onError: (error) => errors.push(error),
    });
  });
  expect(errors).toEqual([expect.any(PartitionsBusyError)]);
});
