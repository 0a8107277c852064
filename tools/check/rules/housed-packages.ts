import { importsOf, resolveImport } from '../imports.ts';
import { housed } from '../policy/packages.ts';
import { isWithin, type Rule } from '../rule.ts';

export const housedPackages: Rule = {
  name: 'housed packages',
  says: '`pg` and `kysely` are imported only in libs/db, `@grpc/grpc-js` and `@connectrpc/connect-node` only in libs/rpc.',
  *check(workspace) {
    for (const file of workspace.files)
      for (const { specifier, line } of importsOf(file)) {
        const target = resolveImport(workspace, file, specifier);
        if (target.kind !== 'package') continue;
        const rule = housed.find(({ packages }) => packages.includes(target.name));
        if (!rule) continue;
        const places = [...rule.home, ...(rule.exceptions ?? []).flatMap((exception) => exception.places)];
        if (isWithin(file.path, places)) continue;
        const message = `imports ${target.name}, which only ${rule.home.join(', ')} may; ${rule.instead}`;
        yield { path: file.path, line, message };
      }
  },
};
