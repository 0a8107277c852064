import { StateType } from '@millrace/contracts/millrace/v1/state_pb';

const terminal: readonly StateType[] = [StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED, StateType.CRASHED];

/** Whether a run in a state of this type has ended. */
export function isTerminal(type: StateType | undefined): boolean {
  return type !== undefined && terminal.includes(type);
}
