import { StateType } from '@millrace/contracts/millrace/v1/state_pb';

const terminal: readonly StateType[] = [StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED, StateType.CRASHED];

/** Whether a run in this state has ended. */
export function isTerminal(type: StateType | undefined): boolean {
  return type !== undefined && terminal.includes(type);
}

/** The colour of a state wherever it is shown; its name always stands beside it. */
export const stateColors: Readonly<Record<StateType, string>> = {
  [StateType.UNSPECIFIED]: 'gray',
  [StateType.SCHEDULED]: 'yellow',
  [StateType.PENDING]: 'grape',
  [StateType.RUNNING]: 'blue',
  [StateType.COMPLETED]: 'teal',
  [StateType.FAILED]: 'red',
  [StateType.CANCELLED]: 'gray',
  [StateType.CRASHED]: 'orange',
  [StateType.CANCELLING]: 'gray',
};
