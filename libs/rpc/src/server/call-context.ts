import { cleanString } from './clean-strings.ts';
import type { CallContext } from './service.ts';

/** The header by which a caller says who it is. */
export const actorHeader = 'millrace-actor';

// What the columns that record an actor are made for.
const longestActor = 255;

export function callContext(init: Pick<CallContext, 'signal' | 'headers' | 'protocol'>): CallContext {
  const actor = cleanString(init.headers.get(actorHeader) ?? '').slice(0, longestActor);
  return { ...init, actor: actor || 'anonymous' };
}
