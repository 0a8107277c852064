// node tools/check/boundaries.ts [--lower]: whether the code keeps to its boundaries; see README.md here.
// With --lower it first takes over into the ratchet what has shrunk.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judge } from './judge.ts';
import { loadWorkspace } from './load.ts';
import { lowerRatchet } from './lower-ratchet.ts';
import { ratchet } from './policy/budgets.ts';
import { rules } from './rules.ts';

const workspace = loadWorkspace(join(import.meta.dirname, '..', '..'));
if (process.argv.includes('--lower')) {
  const lowered = JSON.stringify(lowerRatchet(workspace, ratchet), undefined, 2);
  writeFileSync(join(import.meta.dirname, 'policy', 'ratchet.json'), `${lowered}\n`);
  console.log('The ratchet is what it may be at most; check again.');
} else {
  const found = judge(workspace);
  for (const line of found) console.log(line);
  const scope = `${workspace.files.length} files in ${workspace.projects.size} projects, by ${rules.length + 1} rules`;
  console.log(found.length > 0 ? `\n${found.length} places break a rule (${scope}).` : `Boundaries hold: ${scope}.`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
