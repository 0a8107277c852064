import type { State } from '@millrace/contracts/millrace/v1/state_pb';
import type { LiveEvent } from '../../live/live-connection.ts';

/** Adds what came to a run's history; a first event begins it anew. */
export function appendStates(states: readonly State[], events: readonly LiveEvent[]): readonly State[] {
  let history = states;
  for (const { event, isFirst } of events) {
    if (event.type !== 'flow-run') continue;
    const known = new Set(isFirst ? [] : history.map(({ id }) => id));
    history = [...(isFirst ? [] : history), ...event.states.filter(({ id }) => !known.has(id))];
  }
  return history;
}
