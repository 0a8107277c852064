import { systemClock } from '@millrace/clock';
import { expect, test } from 'vitest';
import { cellName, cells } from './kill/cells.ts';
import { runCell } from './kill/run-cell.ts';

// A few of the matrix; `npm run soak -- kill` has all of them.
const chosen = ['child:RUNNING', 'child:RUNNING (with a retry)', 'server:RUNNING', 'agent:PENDING'];
const short = cells.filter((cell) => chosen.includes(cellName(cell)));

test('the short form has what it names', () => expect(short).toHaveLength(chosen.length));

test.concurrent.for(short.map((cell) => [cellName(cell), cell] as const))(
  '%s: killed, and the run ends as it must',
  { timeout: 120_000 },
  async ([, cell], { expect, signal }) => {
    const result = await runCell(cell, { clock: systemClock, stop: signal });
    expect(result.problems).toEqual([]);
    expect(result.finalState?.toUpperCase()).toBe(cell.ends);
  },
);
