import { expect, test } from 'vitest';
import { playRounds } from './play-rounds.ts';
import type { Leg, Measured } from './scenario.ts';

test('legs take turns', async () => {
  const played: string[] = [];
  const leg = (name: string): Leg => ({
    name,
    async run(): Promise<Measured> {
      played.push(name);
      return { kind: 'times', samplesMs: [played.length], rows: {} };
    },
  });
  const share = async () => 0;
  const { kept } = await playRounds([leg('a'), leg('b')], { rounds: 2, progress: () => undefined, stolenSince: share });
  expect(played).toEqual(['a', 'b', 'a', 'b']);
  expect(kept.map(({ measured }) => measured.get('b'))).toMatchObject([{ samplesMs: [2] }, { samplesMs: [4] }]);
});

const nothing: Leg = { name: 'a', run: async () => ({ kind: 'times', samplesMs: [1], rows: {} }) };
const options = (stolen: number[]) => ({
  rounds: 2,
  progress: () => undefined,
  stolenSince: async () => stolen.shift() ?? 1,
});

test('a round in which too much was stolen is played again', async () => {
  const { kept, discarded } = await playRounds([nothing], options([0.1, 0.11, 0]));
  expect(kept.map((round) => round.stolen)).toEqual([0.1, 0]);
  expect(discarded.map((round) => round.stolen)).toEqual([0.11]);
});

test('but not for ever', async () => {
  const { kept, discarded } = await playRounds([nothing], options([0, 0.5, 0.5, 0.5, 0]));
  expect([kept.length, discarded.length]).toEqual([1, 3]);
  await expect(playRounds([nothing], options([]))).rejects.toThrow('every round was discarded');
});
