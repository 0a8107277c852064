import { StateType } from '@millrace/contracts/millrace/v1/state_pb';

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
