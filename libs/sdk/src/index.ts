export {
  DatabasePackager,
  type Packager,
  PackagingError,
  type Serializer,
  SourceSerializer,
  UnfollowableImportError,
} from '@millrace/packaging';
export { type DeploymentOptions, type DeploymentSpec, deployment } from './deployment.ts';
export type { Duration } from './durations.ts';
export {
  DefinitionError,
  FlowNotFoundError,
  LoadError,
  MissingContextError,
  ParameterError,
  type ParameterIssue,
  ScriptError,
} from './errors.ts';
export { type EveryOptions, every, type IntervalSpec, type ScheduleSpec } from './every.ts';
export { type Flow, type FlowFunction, type FlowOptions, flow } from './flow.ts';
export { type FlowRunner, type SubprocessConfig, SubprocessFlowRunner, UniversalFlowRunner } from './flow-runners.ts';
export { FlowScript } from './flow-script.ts';
export { type LoadedDeployment, loadDeployments } from './load-deployments.ts';
export type { ParameterSchema } from './parameter-schema.ts';
export { getRunContext, getRunLogger, type RunContext, type RunInfo, type RunLogger } from './run-context.ts';
