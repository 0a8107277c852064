import { StateType as StateTypeMessage } from '@millrace/contracts/millrace/v1/state_pb';
import { type StateType, stateTypes } from '@millrace/orchestration';

/** The state machine's name of a type of the contract; undefined where it has none. */
export function stateTypeOf(type: StateTypeMessage): StateType | undefined {
  return stateTypes.find((name) => StateTypeMessage[name] === type);
}
