import { join } from 'node:path';
import { type Copy, copyRepository, type Outcome } from '../check/planted/copy-repository.ts';
import { emptyGraph, type Plant, plants } from '../check/planted/plants.ts';
import type { Soak } from './soak.ts';
import { alignTable } from './table.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * Plants each violation by itself in a copy of the repository and runs `npm run check` on it, which must be red and
 * name it. Before and after them the gates must be green, or what was planted proves nothing. Arguments choose among the
 * plants by a part of their names.
 */
export const plantedSoak: Soak = async ({ args, clock, print, stop }) => {
  const all = [...plants, emptyGraph];
  const chosen = all.filter(({ name }) => args.length === 0 || args.some((arg) => name.includes(arg)));
  if (chosen.length === 0) {
    print(`Nothing of that name is planted; there are ${all.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  print('Copying the repository…');
  await using copy = await copyRepository(root);
  const rows = [['PLANTED', 'GATE', 'VERDICT', 'SECONDS']];
  let failed = 0;
  for (const plant of [undefined, ...chosen, undefined]) {
    if (stop.aborted) break;
    const began = clock.now();
    const complaint = plant ? await tryPlant(copy, plant) : await trySound(copy);
    if (complaint) failed += 1;
    const seconds = ((clock.now() - began) / 1000).toFixed(1);
    const row = [
      plant?.name ?? 'nothing',
      plant?.gate ?? 'all',
      complaint ?? (plant ? 'red, named' : 'green'),
      seconds,
    ];
    print(row.join('  '));
    rows.push(row);
  }
  print('');
  for (const line of alignTable(rows)) print(line);
  print(`\n${rows.length - 1 - failed} passed, ${failed} failed`);
  return failed > 0 || stop.aborted ? 1 : 0;
};

/** @returns what is wrong, if anything is */
async function trySound(copy: Copy): Promise<string | undefined> {
  const { code, output } = await copy.run('tools/bootstrap.mjs', 'tools/check.ts', '--no-tests');
  return code === 0 ? undefined : `should be green:\n${output}`;
}

async function tryPlant(copy: Copy, plant: Plant): Promise<string | undefined> {
  await using _ = plant === emptyGraph ? await copy.installTypeScript7() : await copy.plant(plant);
  // Where gates fail no test is run; where none does, there is no need to wait for them to say so.
  const outcome = await copy.run('tools/bootstrap.mjs', 'tools/check.ts', '--no-tests');
  return complain(outcome, plant);
}

function complain({ code, output }: Outcome, { gate, says }: Plant): string | undefined {
  if (code !== 1) return `ended with ${code}, should be red:\n${output}`;
  if (!new RegExp(`^Failed: .*\\b${gate}\\b`, 'm').test(output))
    return `${gate} is not said to have failed:\n${output}`;
  return says.test(output) ? undefined : `does not name it:\n${output}`;
}
