import type { CreateDeploymentRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { internal } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import { apply } from '../apply.ts';
import type { Context } from '../context.ts';

export async function createDeployment(context: Context, request: CreateDeploymentRequest, call: CallContext) {
  const [result] = await apply(context, [request], { prefixOf: () => '', call });
  if (!result) throw internal(new Error('one deployment was applied and none came back'));
  return result;
}
