import type { ApplyDeploymentsRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import type { CallContext } from '@millrace/rpc/server';
import { apply, plan } from '../apply.ts';
import type { Context } from '../context.ts';
import { planMessage } from '../messages/plan-message.ts';

export async function applyDeployments(context: Context, request: ApplyDeploymentsRequest, call: CallContext) {
  const prefixOf = (index: number) => `deployments[${index}].`;
  const { deployments } = request;
  if (!request.dryRun) return { results: await apply(context, deployments, { prefixOf, call }) };
  const planned = await plan(context, deployments, { prefixOf, call });
  return {
    plan: planned.map((each, index) => {
      const { flow } = deployments[index] ?? {};
      return planMessage(each, flow?.case === 'flowName' ? flow.value : '');
    }),
  };
}
