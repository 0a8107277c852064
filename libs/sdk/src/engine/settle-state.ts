import type { Clock } from '@millrace/clock';
import type { EngineAnswer, EngineState } from './ipc.ts';
import type { Infrastructure, Link } from './link.ts';

/** What became of a proposal in the end: written; another attempt is due now; or the run is none of ours any more. */
export type Settled = 'written' | 'try again' | 'over';

/** Proposes a state until it is decided, waiting where the answer is to wait. */
export async function settleState(
  clock: Clock,
  link: Link,
  proposal: { readonly state: () => EngineState; readonly infrastructure?: Infrastructure },
): Promise<Settled> {
  for (;;) {
    const answer = await link.propose(proposal.state(), proposal.infrastructure);
    switch (answer.status) {
      case 'ACCEPT':
        return 'written';
      case 'ABORT':
        return 'over';
      case 'WAIT':
        await clock.sleep(answer.delayMs);
        break;
      case 'REJECT':
        return rejected(clock, answer);
    }
  }
}

async function rejected(clock: Clock, answer: EngineAnswer & { status: 'REJECT' }): Promise<Settled> {
  const { retryInMs } = answer;
  if (retryInMs === undefined) return 'over';
  await clock.sleep(retryInMs);
  return 'try again';
}
