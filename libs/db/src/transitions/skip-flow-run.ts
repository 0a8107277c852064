import type { FlowRunChange } from './apply-changes.ts';
import { type ChangeContext, changeFlowRun } from './change-flow-run.ts';
import type { LockedFlowRun } from './flow-run-row.ts';
import type { SkipReason } from './skip-reason.ts';

const messages: Readonly<Record<SkipReason, string>> = {
  overlap: 'an earlier run of its schedule has not ended',
  expired: 'it was not started in time',
  'catch-up': 'it was missed, and its schedule does not make it good',
  paused: 'its schedule was paused',
  cancelled: 'it was cancelled',
};

/** A run that is not to be started after all, because its schedule says so; undefined where it has ended already. */
export function skipFlowRun(run: LockedFlowRun, reason: SkipReason, context: ChangeContext): FlowRunChange | undefined {
  const proposal = {
    by: { kind: 'operator' },
    state: { type: 'CANCELLED', name: 'Skipped', message: messages[reason] },
    actor: context.actor,
    requestId: null,
    infrastructure: {},
  } as const;
  const { change } = changeFlowRun(run, undefined, proposal, context);
  return change && { ...change, skipped: reason };
}
