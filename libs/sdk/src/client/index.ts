export { fetchPackage } from './fetch-package.ts';
export { isTerminal } from './is-terminal.ts';
export { type CreatedDeployment, MillraceClient, type MillraceClientOptions } from './millrace-client.ts';
export type { FlowRunEvent } from './watch-flow-run.ts';
export type { WatchEvent, WatchedSubject, WatchOptions } from './watch-subjects.ts';
