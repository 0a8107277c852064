import { availableParallelism } from 'node:os';
import { type Cell, cellName, cells } from './kill/cells.ts';
import { type CellResult, runCell } from './kill/run-cell.ts';
import type { Soak } from './soak.ts';
import { alignTable } from './table.ts';

const head = ['killed', 'phase', 'final state', 'attempts', 'seconds', 'result'];
const mostAtOnce = 2;

/**
 * Kills each part of an installation in each phase of a run, with SIGKILL, starts it anew as a supervisor would, and looks
 * whether everything acknowledged is there, the run ends once and nothing hangs. Arguments choose cells: `agent`,
 * `agent:PENDING`.
 */
export const killSoak: Soak = async ({ args, clock, stop, print }) => {
  const unknown = args.find((arg) => !cells.some((cell) => isChosen(cell, arg)));
  if (unknown !== undefined) {
    print(`There is no cell called ${unknown}. There are: ${[...new Set(cells.map(cellName))].join(', ')}.`);
    return 2;
  }
  const chosen = cells.filter((cell) => args.length === 0 || args.some((arg) => isChosen(cell, arg)));
  const began = clock.now();
  // The longest first, so that the rest fits beside it.
  const waiting = chosen.toSorted((a, b) => Number(isLong(b)) - Number(isLong(a))).values();
  const results = new Map<Cell, CellResult>();
  const work = async () => {
    for (const cell of waiting) {
      if (stop.aborted) return;
      const result = await runCell(cell, { clock, stop });
      results.set(cell, result);
      print(`${String(results.size).padStart(2)}/${chosen.length}  ${rowOf(result).join('  ')}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, availableParallelism()) }, work));
  const ended = chosen.flatMap((cell) => results.get(cell) ?? []);
  const failed = ended.filter(({ problems }) => problems.length > 0).length;
  print('');
  for (const line of alignTable([head, ...ended.map(rowOf)])) print(line);
  const minutes = ((clock.now() - began) / 60_000).toFixed(1);
  print(`\n${ended.length} of ${chosen.length} cells in ${minutes} min, ${failed} failed`);
  return failed > 0 || ended.length < chosen.length ? 1 : 0;
};

function isChosen(cell: Cell, arg: string): boolean {
  return [cell.victim, `${cell.victim}:${cell.phase}`, cellName(cell)].includes(arg);
}

/** Whether it lasts until a lease has ended. */
function isLong({ heldUntil }: Cell): boolean {
  return heldUntil === 'end';
}

function rowOf({ cell, finalState, attempts, seconds, problems }: CellResult): string[] {
  const phase = cell.phase === 'END' ? 'end → acknowledgement' : cell.phase;
  return [
    cell.victim,
    cell.variant === undefined ? phase : `${phase}, ${cell.variant}`,
    finalState ?? '-',
    String(attempts),
    Number.isNaN(seconds) ? '-' : seconds.toFixed(1),
    problems.length === 0 ? 'ok' : `FAILED: ${problems.join('; ')}`,
  ];
}
