import type { Leg, Measured } from './scenario.ts';
import { readProcessorTicks, stolenShare } from './steal.ts';

/** What each leg measured in one round, by its name. */
export interface Round {
  readonly measured: ReadonlyMap<string, Measured>;
  /** The share of processor time that other machines took. */
  readonly stolen: number;
}

export interface RoundsOptions {
  readonly rounds: number;
  readonly progress: (line: string) => void;
}

// Above this a round says more about the neighbours than about us.
const MOST_STOLEN = 0.1;

/**
 * Plays all legs in turn, round after round, so that whatever slows the machine down slows both sides. Rounds in which
 * too much was stolen are played again, though not for ever.
 */
export async function playRounds(
  legs: readonly Leg[],
  { rounds, progress }: RoundsOptions,
): Promise<{ kept: Round[]; discarded: Round[] }> {
  const kept: Round[] = [];
  const discarded: Round[] = [];
  while (kept.length < rounds && kept.length + discarded.length < 2 * rounds) {
    const before = await readProcessorTicks();
    const measured = new Map<string, Measured>();
    for (const leg of legs) {
      progress(`round ${kept.length + 1} of ${rounds}: ${leg.name}`);
      measured.set(leg.name, await leg.run());
    }
    const round = { measured, stolen: stolenShare(before, await readProcessorTicks()) };
    if (round.stolen <= MOST_STOLEN) kept.push(round);
    else {
      discarded.push(round);
      progress(`discarded: ${(100 * round.stolen).toFixed(0)} % of the processors' time was stolen`);
    }
  }
  if (kept.length === 0) throw new Error('every round was discarded: too much of the processors was stolen');
  return { kept, discarded };
}
