import type { Rule } from '../rule.ts';

const drawers = new Set(['util', 'utils', 'common', 'helper', 'helpers', 'type', 'types', 'interfaces', 'misc', 'lib']);

export const names: Rule = {
  name: 'names',
  says: 'No file or folder is a drawer (utils, common, helpers, types, interfaces); migrations are numbered without gaps.',
  *check(workspace) {
    for (const path of workspace.paths) {
      if (!/^(apps|libs|tools|examples)\//.test(path)) continue;
      const drawer = path.split('/').find((name) => drawers.has(name.replace(/(\.test)?\.\w+$/, '')));
      if (drawer) yield { path, line: 1, message: `${drawer} is a drawer: name the noun, and keep types at their use` };
    }
    const folder = 'libs/db/migrations/';
    const migrations = [...workspace.paths].filter((path) => path.startsWith(folder)).sort();
    for (const [index, path] of migrations.entries()) {
      const expected = String(index + 1).padStart(4, '0');
      if (!new RegExp(`^${expected}_[a-z0-9_]+\\.sql$`).test(path.slice(folder.length)))
        yield {
          path,
          line: 1,
          message: `a migration is plain SQL with the next number: ${expected}_<what_it_does>.sql`,
        };
    }
  },
};
