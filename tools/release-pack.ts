// npm run release:pack -- --out DIR: what is published, as tarballs.
import { parseArgs } from 'node:util';
import { pack } from './release/pack.ts';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
if (!values.out) {
  process.stderr.write('Where to? Say: npm run release:pack -- --out DIR\n');
  process.exit(2);
}
for (const tarball of await pack(values.out)) process.stdout.write(`${tarball}\n`);
