import type { FlowRunnerSettings } from '@millrace/contracts/millrace/v1/flow_runner_settings_pb';
import type { JsonObject } from '@millrace/db';
import type { FieldViolation } from '@millrace/rpc/errors';
import { jsonProblem, parameterLimits } from '@millrace/service/json-limits';

const longestType = 255;

/** Reads where runs are executed, null where it isn't said; what is wrong with it is added to `violations`. */
export function readFlowRunner(
  message: FlowRunnerSettings | undefined,
  prefix: string,
  violations: FieldViolation[],
): { type: string; config: JsonObject } | null {
  if (!message) return null;
  const { type, config = {} } = message;
  if (type === '' || type.length > longestType)
    violations.push({ field: `${prefix}flow_runner.type`, description: `must have 1 to ${longestType} characters` });
  const problem = jsonProblem(config, parameterLimits);
  if (problem) violations.push({ field: `${prefix}flow_runner.config`, description: problem });
  return { type, config };
}
