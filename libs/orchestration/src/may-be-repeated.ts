import { type FlowRunImage, isTerminal, type StateType } from './flow-run.ts';

/**
 * Whether a holder's proposal can be one that was answered before, so that the history must be asked. Most can't, as the
 * run shows: PENDING begins an epoch, and a first attempt is left by its end alone.
 */
export function mayBeRepeated(run: FlowRunImage, proposed: { readonly epoch: number; readonly type: StateType }) {
  if (proposed.epoch !== run.epoch) return true;
  if (run.state.type === 'PENDING') return false;
  return !(run.state.type === 'RUNNING' && run.runCount === 1 && isTerminal(proposed.type));
}
