export {
  BundleSerializer,
  DatabasePackager,
  FilePackager,
  type FilePackagerOptions,
  type FlowCode,
  type FlowSource,
  ImportSerializer,
  LocalStorage,
  type ModuleReference,
  type Packager,
  type PackagingContext,
  PackagingError,
  S3Storage,
  type S3StorageOptions,
  type Serializer,
  SourceSerializer,
  type SourceTree,
  type Storage,
  StorageError,
  type StorageReference,
  UnfollowableImportError,
  type UnpackagingContext,
} from '@millrace/packaging';
export type { CreatedDeployment, MillraceClientOptions } from './client/millrace-client.ts';
export { type DeploymentOptions, type DeploymentSpec, deployment } from './deployment.ts';
export type { Duration } from './durations.ts';
export {
  DefinitionError,
  FlowNotFoundError,
  LoadError,
  MissingContextError,
  NoServerError,
  ParameterError,
  type ParameterIssue,
  RunStoppedError,
  ScriptError,
} from './errors.ts';
export { type Flow, type FlowFunction, type FlowOptions, flow } from './flow.ts';
export { type FlowRunner, type SubprocessConfig, SubprocessFlowRunner, UniversalFlowRunner } from './flow-runners.ts';
export { FlowScript } from './flow-script.ts';
export { MillraceClient } from './lazy-client.ts';
export { type LoadedDeployment, loadDeployments } from './load-deployments.ts';
export { PackageManifest } from './package-manifest.ts';
export type { ParameterSchema } from './parameter-schema.ts';
export { getRunContext, getRunLogger, type RunContext, type RunInfo, type RunLogger } from './run-context.ts';
export { type RunDeploymentOptions, runDeployment } from './run-deployment.ts';
export { type CronOptions, cron } from './schedules/cron.ts';
export { type EveryOptions, every } from './schedules/every.ts';
export { type RRuleOptions, rrule } from './schedules/rrule.ts';
export type { CatchUp, DstFold, DstGap, Overlap, ScheduleOptions } from './schedules/schedule-options.ts';
export type {
  CronSpec,
  IntervalAnchor,
  IntervalSpec,
  RRuleSpec,
  ScheduleSpec,
  ScheduleTerms,
} from './schedules/schedule-spec.ts';
