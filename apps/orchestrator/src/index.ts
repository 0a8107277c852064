export { startOrchestrator } from './start.ts';
