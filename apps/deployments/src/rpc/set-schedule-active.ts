import type { SetScheduleActiveRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { notFound } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import { changeDeployment, specOf } from '../change-deployment.ts';
import type { Context } from '../context.ts';

export async function setScheduleActive(context: Context, request: SetScheduleActiveRequest, call: CallContext) {
  const { key, slug, active } = request;
  const deployment = await changeDeployment(context, {
    key,
    call,
    toSpec(current) {
      // No version is made, so none refers to its package anew.
      const spec = { ...specOf(current), document: null, storageId: null };
      if (slug === undefined) return { ...spec, isScheduleActive: active };
      const slugs = spec.schedules.map((schedule) => schedule.slug);
      if (!slugs.includes(slug)) throw notFound('schedule', slug, slugs);
      const schedules = spec.schedules.map((each) => (each.slug === slug ? { ...each, active } : each));
      return { ...spec, schedules };
    },
  });
  return { deployment };
}
