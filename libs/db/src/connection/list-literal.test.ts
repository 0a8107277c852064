import { expect, test } from 'vitest';
import { testDatabase } from '../testing/index.ts';
import { instantList, listLiteral } from './list-literal.ts';

test('lists are read by Postgres as they were given', async () => {
  await using fixture = await testDatabase();
  const ids = ['0190b6f0-0000-7000-8000-000000000001', '0190b6f0-0000-7000-8000-000000000002'];
  const times = [1_767_225_600_000, null, 1_767_225_600_000.25, -1, 1_767_225_600_000];
  const text = 'select $1::uuid[] as ids, $2::bool[] as switches, array(select unnest($3::timestamptz[])) as times';
  const values = [listLiteral(ids), listLiteral([true, null, false]), instantList(times)];
  const [row] = await fixture.database.run<Record<string, unknown>>({ name: 'read_lists', text }, values);
  const epochs = await fixture.database.run<{ ms: number | null }>(
    {
      name: 'read_times',
      text: 'select extract(epoch from t)::float8 * 1000 as ms from unnest($1::timestamptz[]) as t',
    },
    [instantList(times)],
  );
  expect(row).toMatchObject({ ids, switches: [true, null, false] });
  expect(epochs.map(({ ms }) => ms)).toEqual(times);
});

test('an empty list is one', async () => {
  await using fixture = await testDatabase();
  const text = 'select cardinality($1::uuid[]) as count';
  expect(await fixture.database.run({ name: 'count_list', text }, [listLiteral([])])).toEqual([{ count: 0 }]);
});
