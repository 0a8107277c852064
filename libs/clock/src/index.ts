export { type Clock, systemClock, type Timer } from './clock.ts';
export { newId } from './new-id.ts';
