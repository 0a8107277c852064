import type { ApplyDeploymentsRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import type { CallContext } from '@millrace/rpc/server';
import { apply } from '../apply.ts';
import type { Context } from '../context.ts';

export async function applyDeployments(context: Context, request: ApplyDeploymentsRequest, call: CallContext) {
  const prefixOf = (index: number) => `deployments[${index}].`;
  return { results: await apply(context, request.deployments, { prefixOf, call }) };
}
