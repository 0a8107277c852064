import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { testDatabase } from '@millrace/db/testing';
import { expect, test } from 'vitest';
import { filesEndingIn, namesIn, read, root, tableUnder } from './markdown.ts';

const owned = tableUnder('Who owns which table', read('ARCHITECTURE.md')).flatMap(([tables = '', owner = '']) =>
  namesIn(tables).map((table) => ({ table, owner: namesIn(owner)[0] ?? '' })),
);

test('ARCHITECTURE.md names the tables of the migrated schema, each once', async () => {
  await using db = await testDatabase();
  const tables = await db.database.kysely.introspection.getTables({ withInternalKyselyTables: true });
  // Partitions come and go with the days.
  const names = tables.map(({ name }) => name).filter((name) => !/_(default|\d{8})$/.test(name));
  expect(owned.map(({ table }) => table).sort()).toEqual([...new Set(names)].sort());
});

test.each(owned)('$table: $owner is a folder of libs/db/src', ({ owner }) => {
  expect(existsSync(join(root, 'libs/db/src', owner))).toBe(true);
});

test('READMEs name tables that there are', () => {
  const known = new Set(owned.map(({ table }) => table));
  const named = filesEndingIn('README.md').flatMap((file) => {
    const line = /^- \*\*Tables\*\*: (.*)$/m.exec(read(file))?.[1] ?? '';
    return namesIn(line).map((name) => ({ file, name }));
  });
  const folders = new Set(owned.map(({ owner }) => owner));
  expect(named.filter(({ name }) => !known.has(name) && !folders.has(name))).toEqual([]);
  expect(named.length).toBeGreaterThan(10);
});
