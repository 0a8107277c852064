import type { Clock } from '@millrace/clock';
import { signalTo } from '../process-table.ts';
import { untilGone } from '../until-processes.ts';
import type { Victim } from './cells.ts';
import type { Installation } from './installation.ts';
import type { Reached } from './reach-phase.ts';

/** Kills the victim with SIGKILL and waits until it is gone. */
export async function strike(
  victim: Victim,
  { held, child }: Reached,
  context: { readonly installation: Installation; readonly clock: Clock; readonly stop: AbortSignal },
): Promise<void> {
  const { installation } = context;
  const pids = await find();
  if (pids.length === 0) throw new Error(`found no ${victim} to kill`);
  signalTo(pids, 'SIGKILL');
  await untilGone(pids, { ...context, withinMs: 10_000 });

  async function find(): Promise<number[]> {
    switch (victim) {
      case 'server':
        return [installation.server.pid];
      case 'agent':
        return [installation.agent.pid];
      case 'child':
        if (child !== undefined) return [child];
        // One of those that are held has the run; where none is, an idle one is as good as another.
        return held.length > 0 ? [...held] : (await installation.children()).slice(0, 1);
      case 'postgres':
        return (await installation.postgres()).slice(0, 1);
      case 'keeper':
        return installation.keepers();
    }
  }
}

/** What a supervisor does: starts anew what it had started. The rest is for those who look after it themselves. */
export async function restart(victim: Victim, installation: Installation): Promise<void> {
  if (victim === 'server') installation.server = await installation.startServer();
  if (victim === 'agent') installation.agent = await installation.startAgent();
}
