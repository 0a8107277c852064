import type { RenewHolderRequest } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { adoptFlowRuns, durationMessage, leaseMs, renewHolder as renew, withTransaction } from '@millrace/db';
import type { Context } from '../context.ts';

export async function renewHolder({ database, clock }: Context, request: RenewHolderRequest) {
  const holder = { id: request.holderId, kind: 'engine', name: request.name } as const;
  const held = request.runs.map(({ flowRunId, epoch }) => ({ flowRunId, epoch }));
  const lost = await withTransaction(database, async (tx) => {
    await renew(tx, holder, clock.now());
    return adoptFlowRuns(tx, holder.id, held);
  });
  return { lease: durationMessage(leaseMs), lostFlowRunIds: lost.map((run) => run.flowRunId) };
}
