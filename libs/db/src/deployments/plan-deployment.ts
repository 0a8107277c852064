import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, StoredSchedule } from '../connection/tables.ts';
import type { DeploymentSpec, ScheduleSpec } from './deployment-spec.ts';
import type { CurrentDeployment, CurrentSchedule } from './read-deployments.ts';

/** A schedule as it will be. */
export interface PlannedSchedule extends StoredSchedule {
  readonly id: string;
  readonly active: boolean;
  /** Whether its row must be written. */
  readonly changed: boolean;
}

/** What becomes of a deployment, and what has to be written for it. */
export interface DeploymentPlan {
  readonly spec: DeploymentSpec;
  readonly deploymentId: string;
  /** As it is; undefined for one that is made. */
  readonly current: CurrentDeployment | undefined;
  readonly created: boolean;
  readonly version: number;
  readonly isScheduleActive: boolean;
  readonly flowRunner: { readonly type: string; readonly config: JsonObject };
  readonly declaredSchedules: readonly StoredSchedule[];
  readonly schedules: readonly PlannedSchedule[];
  /** Whether its version is a new one. */
  readonly newVersion: boolean;
  /** Whether an existing deployment's row must be written. */
  readonly changed: boolean;
  /** Schedules that are no more. */
  readonly removedScheduleIds: readonly string[];
  /** Schedules whose runs to come are to be made anew. */
  readonly restartedScheduleIds: readonly string[];
}

/**
 * Decides what a request makes of a deployment. Pure.
 *
 * @param current the deployment as it is; undefined for one that is made by this request
 */
export function planDeployment(
  spec: DeploymentSpec,
  current: CurrentDeployment | undefined,
  context: { readonly deploymentId: string; readonly newId: () => string },
): DeploymentPlan {
  const flowRunner = spec.flowRunner ?? {
    type: current?.flow_runner_type ?? 'universal',
    config: current?.flow_runner_config ?? {},
  };
  const isScheduleActive = spec.isScheduleActive ?? current?.is_schedule_active ?? true;
  const before = (slug: string) => current?.schedules.find((schedule) => schedule.slug === slug);
  const schedules = spec.schedules.map((each) => planSchedule(each, before(each.slug), context.newId));
  const base = {
    spec,
    deploymentId: context.deploymentId,
    current,
    isScheduleActive,
    flowRunner,
    declaredSchedules: spec.schedules.map(withSwitch),
    schedules,
  };
  if (!current) {
    const restartedScheduleIds = schedules.map(({ id }) => id);
    return {
      ...base,
      created: true,
      version: 1,
      newVersion: true,
      changed: false,
      removedScheduleIds: [],
      restartedScheduleIds,
    };
  }

  const runsChange = shapesRuns(spec, flowRunner, current);
  const newVersion = runsChange || spec.enforceParameterSchema !== current.enforce_parameter_schema;
  return {
    ...base,
    created: false,
    version: current.version + (newVersion ? 1 : 0),
    newVersion,
    changed:
      newVersion ||
      spec.description !== current.description ||
      isScheduleActive !== current.is_schedule_active ||
      schedules.some(({ changed }) => changed),
    removedScheduleIds: current.schedules
      .filter(({ slug }) => !schedules.some((kept) => kept.slug === slug))
      .map(({ id }) => id),
    restartedScheduleIds: schedules.filter((schedule) => runsChange || switched(schedule)).map(({ id }) => id),
  };

  function switched(schedule: PlannedSchedule): boolean {
    const before = current?.schedules.find(({ id }) => id === schedule.id);
    return (before?.active && current?.is_schedule_active) !== (schedule.active && isScheduleActive);
  }
}

function planSchedule(
  schedule: ScheduleSpec,
  current: CurrentSchedule | undefined,
  newId: () => string,
): PlannedSchedule {
  const active = schedule.active ?? current?.active ?? true;
  const changed = !current || current.active !== active || !sameJson(declared(schedule), declared(current));
  return { ...declared(schedule), id: current?.id ?? newId(), active, changed };
}

/** Whether runs made from now on differ from those made before. */
function shapesRuns(
  spec: DeploymentSpec,
  flowRunner: DeploymentPlan['flowRunner'],
  current: CurrentDeployment,
): boolean {
  return !(
    spec.flowDataEncoding === current.flow_data_encoding &&
    current.flow_data_blob.equals(spec.flowDataBlob) &&
    spec.priority === current.priority &&
    spec.maxRetries === current.max_retries &&
    flowRunner.type === current.flow_runner_type &&
    sameJson(
      [spec.parameters, spec.tags, spec.retryDelaysMs, flowRunner.config, bySlug(spec.schedules)],
      [
        current.parameters,
        current.tags,
        current.retry_delays_ms,
        current.flow_runner_config,
        bySlug(current.declared_schedules),
      ],
    )
  );
}

// As JSON has it: a zero has no sign there.
function sameJson(wanted: unknown, current: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(wanted)), JSON.parse(JSON.stringify(current)));
}

// The order in which schedules are named says nothing.
function bySlug(schedules: readonly Declared[]): Declared[] {
  return schedules.map(declared).sort((a, b) => (a.slug < b.slug ? -1 : 1));
}

type Declared = Omit<StoredSchedule, 'active'>;

// Versions from before there were options have none.
function declared({ slug, spec, timezone, parameters, options = {} }: Declared): Declared {
  return { slug, spec, timezone, parameters, options };
}

// For a rollback, which switches it as a deploy of the same declaration would. A switch alone makes no new version.
function withSwitch(schedule: ScheduleSpec): StoredSchedule {
  return { ...declared(schedule), ...(schedule.active !== null && { active: schedule.active }) };
}
