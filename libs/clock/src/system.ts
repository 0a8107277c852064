export { systemClock } from './clock.ts';
