import { tableOwners } from '../policy/table-owners.ts';
import type { Rule } from '../rule.ts';
import { type SqlWrite, sqlWritesOf } from '../sql-writes.ts';
import { lineOf } from '../workspace.ts';

const sources = 'libs/db/src/';

export const tableOwnership: Rule = {
  name: 'table owners',
  says: 'Each table is written by one folder of libs/db/src. Run state is written by `transitions` alone.',
  *check(workspace) {
    for (const file of workspace.files) {
      // Tests make rows in any state; the planted texts of this checker's own tests are no statements.
      if (file.isTest || file.path.startsWith('tools/check/')) continue;
      for (const write of sqlWritesOf(file)) {
        const message = judge(file.path, write);
        if (message) yield { path: file.path, line: lineOf(file, write.node), message };
      }
    }
  },
};

function judge(path: string, { verb, table, columns }: SqlWrite): string | undefined {
  if (table === undefined) return `${verb} of a computed table: name the table, so that its owner is known`;
  const entry = tableOwners[table];
  if (!entry) return `${verb} of ${table}, which nobody owns: add it to tools/check/policy/table-owners.ts`;
  const home = `${sources}${entry.owner}`;
  if (path.startsWith(`${home}/`)) return undefined;
  const exception = entry.also?.find(({ folder }) => path.startsWith(`${sources}${folder}/`));
  if (!exception) return `${verb} of ${table}, which only ${home} writes: call a function of that folder`;
  if (!exception.columns) return undefined;
  if (verb === 'update' && columns?.every((column) => exception.columns?.includes(column))) return undefined;
  const what = verb === 'update' && columns ? `update of ${table} (${columns.join(', ')})` : `${verb} of ${table}`;
  return `${what}; ${exception.folder} may only update ${exception.columns.join(', ')}, the rest is written by ${home}`;
}
