export type { OnStop } from './end-runs.ts';
export { type Agent, type AgentOptions, startAgent } from './start.ts';
