import { isDeepStrictEqual } from 'node:util';
import { create, toJson } from '@bufbuild/protobuf';
import {
  type DeploymentPlan,
  DeploymentPlanSchema,
  PlanAction,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { ScheduleSchema } from '@millrace/contracts/millrace/v1/schedule_pb';
import type { CurrentDeployment, PlannedDeployment, StoredSchedule } from '@millrace/db';
import { scheduleMessage } from './schedule-message.ts';

/** A plan as the contract has it. @param flowName where the flow is named, and may not be there yet */
export function planMessage({ plan, runsReplaced, runsKept }: PlannedDeployment, flowName: string): DeploymentPlan {
  const { current, spec, created } = plan;
  const changes = current ? changesOf(current, plan) : [];
  return create(DeploymentPlanSchema, {
    flowName: current?.flow_name ?? flowName,
    name: spec.name,
    action: created ? PlanAction.CREATE : plan.changed || changes.length > 0 ? PlanAction.UPDATE : PlanAction.NOTHING,
    version: plan.version,
    changes,
    runsReplaced,
    runsKept,
  });
}

function changesOf(current: CurrentDeployment, plan: PlannedDeployment['plan']) {
  const { spec, flowRunner, isScheduleActive, schedules } = plan;
  const compared: readonly (readonly [field: string, before: unknown, after: unknown])[] = [
    ['flow_data', codeOf(current.flow_data_blob), codeOf(spec.flowDataBlob)],
    ['parameter_schema', current.parameter_schema, spec.parameterSchema],
    ['parameters', current.parameters, spec.parameters],
    ['schedules', current.schedules.map(declared), schedules.map(declared)],
    ['is_schedule_active', current.is_schedule_active, isScheduleActive],
    ['tags', current.tags, spec.tags],
    ['flow_runner', { type: current.flow_runner_type, config: current.flow_runner_config }, flowRunner],
    ['description', current.description, spec.description],
    ['priority', current.priority, spec.priority],
    [
      'retry_policy',
      retries(current.max_retries, current.retry_delays_ms),
      retries(spec.maxRetries, spec.retryDelaysMs),
    ],
    ['enforce_parameter_schema', current.enforce_parameter_schema, spec.enforceParameterSchema],
  ];
  return compared.flatMap(([field, before, after]) => {
    const texts = { before: JSON.stringify(before), after: JSON.stringify(after) };
    return isDeepStrictEqual(JSON.parse(texts.before), JSON.parse(texts.after)) ? [] : [{ field, ...texts }];
  });
}

/** What tells one package from another: all of its manifest but the schema, which is a field of its own. */
function codeOf(blob: Uint8Array): unknown {
  const text = Buffer.from(blob).toString();
  try {
    const { flow_parameter_schema: _, ...manifest } = JSON.parse(text) as Record<string, unknown>;
    return manifest;
  } catch {
    return text;
  }
}

// In the contract's words, whose order of fields is the same for both sides.
function declared({ slug, spec, timezone, parameters, active, options }: StoredSchedule) {
  return toJson(ScheduleSchema, scheduleMessage({ slug, spec, timezone, parameters, active, options }));
}

function retries(maxRetries: number, delaysMs: readonly number[]) {
  return { max_retries: maxRetries, delays_ms: delaysMs };
}
