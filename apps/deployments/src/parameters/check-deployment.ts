import type { DeploymentPlan } from '@millrace/db';
import type { FieldViolation } from '@millrace/rpc/errors';
import { fieldBelow } from './parameter-field.ts';
import type { ParameterSchemas } from './parameter-schemas.ts';
import { SchemaError, type SchemaProblem } from './schema-engine.ts';

/**
 * What a deployment's schema has against its parameters and those of its schedules. A parameter may be missing unless a
 * schedule that fires would run without it.
 *
 * @param prefix where the deployment stands in the request: "", "deployments[2]."
 */
export function checkDeployment(schemas: ParameterSchemas, plan: DeploymentPlan, prefix: string): FieldViolation[] {
  const { spec, isScheduleActive, schedules } = plan;
  // What is as it was has been checked.
  if (!spec.enforceParameterSchema || !spec.parameterSchema || !(plan.created || plan.changed)) return [];
  const schema = spec.parameterSchema;
  try {
    const own = schemas.check(schema, spec.parameters, 'partly');
    const violations = own.map((problem) => violation(`${prefix}parameters`, problem));
    const known = new Set(own.map(textOf));
    for (const [index, schedule] of schedules.entries()) {
      const fires = isScheduleActive && schedule.active;
      const parameters = { ...spec.parameters, ...schedule.parameters };
      const problems = schemas.check(schema, parameters, fires ? 'all' : 'partly');
      violations.push(
        ...problems
          .filter((problem) => !known.has(textOf(problem)))
          .map((problem) => violation(`${prefix}schedules[${index}].parameters`, problem)),
      );
    }
    return violations;
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    return [{ field: `${prefix}flow_data.blob`, description: `flow_parameter_schema: ${error.message}` }];
  }
}

function violation(field: string, problem: SchemaProblem): FieldViolation {
  return { field: fieldBelow(field, problem.pointer), description: problem.description };
}

function textOf({ pointer, description }: SchemaProblem): string {
  return `${pointer} ${description}`;
}
