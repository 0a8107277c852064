import type { Leg, Measured } from './scenario.ts';

/** What each leg measured in one round, by its name. */
export interface Round {
  readonly measured: ReadonlyMap<string, Measured>;
  /** The share of processor time that other machines took. */
  readonly stolen: number;
}

export interface RoundsOptions {
  readonly rounds: number;
  readonly progress: (line: string) => void;
  /** The share of processor time that was stolen since it was asked last, or since the start. */
  readonly stolenSince: () => Promise<number>;
}

// Above this a round says more about the neighbours than about us.
const MOST_STOLEN = 0.1;

/**
 * Plays all legs in turn, round after round, so that whatever slows the machine down slows both sides. Rounds in which
 * too much was stolen are played again, though not for ever.
 */
export async function playRounds(
  legs: readonly Leg[],
  { rounds, progress, stolenSince }: RoundsOptions,
): Promise<{ kept: Round[]; discarded: Round[] }> {
  const kept: Round[] = [];
  const discarded: Round[] = [];
  while (kept.length < rounds && kept.length + discarded.length < 2 * rounds) {
    const measured = new Map<string, Measured>();
    for (const leg of legs) {
      progress(`round ${kept.length + 1} of ${rounds}: ${leg.name}`);
      measured.set(leg.name, await leg.run());
    }
    const round = { measured, stolen: await stolenSince() };
    if (round.stolen <= MOST_STOLEN) kept.push(round);
    else {
      discarded.push(round);
      progress(`discarded: ${(100 * round.stolen).toFixed(0)} % of the processors' time was stolen`);
    }
  }
  if (kept.length === 0) throw new Error('every round was discarded: too much of the processors was stolen');
  return { kept, discarded };
}
