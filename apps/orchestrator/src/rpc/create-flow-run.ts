import { durationMs } from '@bufbuild/protobuf/wkt';
import { newId } from '@millrace/clock';
import type { CreateFlowRunRequest } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import {
  createHeldFlowRun,
  findOrCreateFlows,
  flowRunMessage,
  randomRunName,
  readFlowRuns,
  renewHolder,
} from '@millrace/db';
import { alreadyExists, invalidArgument } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import { checkParent } from '@millrace/service';
import { jsonProblem, parameterLimits } from '@millrace/service/json-limits';
import type { Context } from '../context.ts';
import { readInfrastructure } from '../requests/read-infrastructure.ts';

export async function createFlowRun(context: Context, request: CreateFlowRunRequest, call: CallContext) {
  const { transactions, clock, signals } = context;
  const { parameters = {}, retryPolicy, flowName } = request;
  const problem = jsonProblem(parameters, parameterLimits);
  if (problem) throw invalidArgument([{ field: 'parameters', description: problem }]);
  const id = request.id.toLowerCase();
  const parentFlowRunId = request.parentFlowRunId || null;
  const by = { now: clock.now(), actor: call.actor, newId: () => newId(clock) };
  const made = await transactions.transaction(async (tx) => {
    const [known] = await readFlowRuns(tx, [id]);
    if (known) return { run: known, created: false, changes: [] };
    await checkParent(tx, parentFlowRunId);
    await renewHolder(tx, { id: request.holderId, kind: 'engine', name: request.holderName }, by.now);
    const flowId = (await findOrCreateFlows(tx, [flowName], by)).get(flowName) ?? '';
    const run = {
      id,
      flowId,
      name: request.name || randomRunName(),
      parameters,
      tags: [...new Set(request.tags)],
      maxRetries: retryPolicy?.maxRetries ?? 0,
      retryDelaysMs: retryPolicy?.delays.map(durationMs) ?? [],
      parentFlowRunId,
      beginsIn: request.beginsIn ? readInfrastructure(request.beginsIn) : null,
    };
    const changes = await createHeldFlowRun(tx, run, { ...by, holderId: request.holderId });
    return { run: (await readFlowRuns(tx, [id]))[0], created: changes !== undefined, changes: changes ?? [] };
  });
  const { run, created, changes } = made;
  if (!run || run.flow_name !== flowName) throw alreadyExists('flow run of another flow', id);
  signals.publish(changes);
  return { flowRun: flowRunMessage(run), created };
}
