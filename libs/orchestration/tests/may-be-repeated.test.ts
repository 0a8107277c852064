import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide, type FlowRunImage, initialFlowRun, mayBeRepeated, type StateType, stateTypes } from '../src/index.ts';

const now = 1_000_000;
const claimer = { kind: 'claim', holderId: 'h', workQueueId: 'q' } as const;

function claimed(maxRetries: number, retryDelaysMs: number[]): FlowRunImage {
  const made = { id: 'r', deploymentId: 'd', maxRetries, retryDelaysMs, scheduledTime: now - 1, message: '' };
  return written(initialFlowRun(made, now - 5), { by: claimer, type: 'PENDING' }) ?? raise();
}

function written(run: FlowRunImage, { by, type }: { by: Parameters<typeof decide>[1]; type: StateType }) {
  return decide(run, by, { type, ...(type === 'CRASHED' && { cause: 'process-ended' }) }, { now }).next;
}

function raise(): never {
  throw new Error('a claim was refused');
}

test.each<[StateType, StateType]>([
  ['PENDING', 'RUNNING'],
  ['RUNNING', 'COMPLETED'],
  ['RUNNING', 'FAILED'],
])('the history is not asked for what usually follows: from %s to %s', (from, type) => {
  const pending = claimed(0, []);
  const run = from === 'PENDING' ? pending : (written(pending, { by: holder(1), type: 'RUNNING' }) ?? raise());
  expect(mayBeRepeated(run, { epoch: 1, type })).toBe(false);
});

test('whatever was answered with a state is looked for when it comes again', () => {
  const actors = ['claim', 'holder', 'operator', 'server'] as const;
  const step = fc.record({ type: fc.constantFrom(...stateTypes), actor: fc.constantFrom(...actors) });
  let repeated = 0;
  fc.assert(
    fc.property(
      fc.nat(3),
      fc.array(fc.constantFrom(0, 90_000), { maxLength: 2 }),
      fc.array(step),
      (max, delays, steps) => {
        let run = claimed(max, delays);
        const answered: { epoch: number; type: StateType }[] = [];
        for (const { type, actor } of steps) {
          const { epoch } = run;
          const next = written(run, { by: by(actor, epoch), type: actor === 'claim' ? 'PENDING' : type });
          if (!next) continue;
          run = next;
          if (actor === 'holder') answered.push({ epoch, type });
          for (const proposal of answered) expect(mayBeRepeated(run, proposal)).toBe(true);
          repeated += answered.length;
        }
      },
    ),
    { numRuns: 6_000 },
  );
  expect(repeated).toBeGreaterThan(2_000);
});

function by(actor: 'claim' | 'holder' | 'operator' | 'server', epoch: number): Parameters<typeof decide>[1] {
  if (actor === 'claim') return claimer;
  return actor === 'operator' ? { kind: actor } : { kind: actor, epoch };
}

function holder(epoch: number) {
  return { kind: 'holder', epoch } as const;
}
