export { type Agent, type AgentOptions, type OnStop, startAgent } from './start.ts';
