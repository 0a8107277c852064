export { NotStartedError, RunnerConfigError } from './errors.ts';
export {
  type FlowRunner,
  type FlowRunnerRegistry,
  flowRunnerRegistry,
  type RunContext,
  type RunMessage,
  type RunProcess,
  type RunToStart,
} from './flow-runner.ts';
export { OutputSink } from './output-sink.ts';
export { describeEnd, type ProcessEnd } from './process-end.ts';
export { ProcessPool, type ProcessPoolOptions } from './process-pool.ts';
export { subprocessRunner } from './subprocess-runner.ts';
