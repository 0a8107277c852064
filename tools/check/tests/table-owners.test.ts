import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tableOwners } from '../policy/table-owners.ts';
import { tableOwnership } from '../rules/table-owners.ts';
import { foundBy } from './tiny-workspace.ts';

test.for([
  [
    'queues',
    '`update millrace.flow_run set state_type = $1`',
    /update of flow_run, which only libs\/db\/src\/transitions/,
  ],
  [
    'queues',
    '`with gone as (delete from millrace.holder returning id) select 1`',
    /delete of holder, which only .*holders/,
  ],
  ['queues', "'INSERT INTO  millrace.log_chunk (a) values (1)'", /insert of log_chunk, which only .*logs/],
  ['queues', '`insert into millrace.\u0024{name} values (1)`', /insert of a computed table/],
  ['queues', "'truncate millrace.flow'", /insert of flow, which only .*deployments/],
  ['queues', "'delete from millrace.unheard_of'", /delete of unheard_of, which nobody owns/],
  ['queues', "db.updateTable('flow_run').set({ epoch: 2 })", /update of flow_run, which only/],
  ['queues', "db.withSchema('millrace').insertInto('flow')", /insert of flow, which only/],
  ['queues', "db.deleteFrom('schedule as s')", /delete of schedule, which only/],
  ['queues', 'db.deleteFrom(table)', /delete of a computed table/],
  [
    'holders',
    '`update millrace.flow_run r set acknowledged = true, state_name = coalesce($1, r.name) from held where true`',
    /update of flow_run \(acknowledged, state_name\); holders may only update holder_id, acknowledged/,
  ],
  [
    'holders',
    "db.updateTable('flow_run').set({ state_type: 'FAILED' })",
    /update of flow_run \(state_type\); holders may/,
  ],
  ['holders', "db.updateTable('flow_run').set(values)", /update of flow_run; holders may only update/],
  ['holders', "'delete from millrace.flow_run'", /delete of flow_run; holders may only update/],
] as const)('%s: finds %s', ([folder, code, finding]) => {
  const path = `libs/db/src/${folder}/statement.ts`;
  const found = foundBy(tableOwnership, { [path]: `// A line above.\nexport const a = ${code};\n` });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(finding);
  expect(found[0]?.startsWith(`${path}:2 `)).toBe(true);
});

test('finds a write from an app', () => {
  const path = 'apps/orchestrator/src/rpc/get-run.ts';
  const found = foundBy(tableOwnership, { [path]: "await database.kysely.deleteFrom('flow_run').execute();" });
  expect(found).toEqual([expect.stringMatching(/^apps\/orchestrator\/src\/rpc\/get-run.ts:1 delete of flow_run/)]);
});

test.for([
  ['libs/db/src/transitions/a.ts', "'update millrace.flow_run set state_type = $1'"],
  [
    'libs/db/src/holders/a.ts',
    '`update millrace.flow_run r set holder_id = $1, acknowledged = true from held where 1 = 1`',
  ],
  ['libs/db/src/queues/a.ts', "'select id from millrace.flow_run for update of flow_run'"],
  ['libs/db/src/testing/a.ts', "db.insertInto('flow_run')"],
  ['apps/orchestrator/tests/a.test.ts', "db.updateTable('flow_run')"],
] as const)('%s: leaves alone %s', ([path, code]) => {
  expect(foundBy(tableOwnership, { [path]: `export const a = ${code};` })).toEqual([]);
});

test('every table of the migrations has its owner, and no other', () => {
  const file = join(import.meta.dirname, '..', '..', '..', 'libs', 'db', 'src', 'connection', 'tables.ts');
  const tables = /export interface Tables \{([\s\S]*?)\n\}/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  const names = [...tables.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(10);
  expect(Object.keys(tableOwners).sort()).toEqual(names.sort());
});
