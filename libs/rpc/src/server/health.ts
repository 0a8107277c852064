import { Health, HealthCheckResponse_ServingStatus as Status } from '@millrace/contracts/grpc/health/v1/health_pb';
import { notFound } from '../errors.ts';
import { type Service, service } from './service.ts';
import { untilAborted } from './until-aborted.ts';

/** grpc.health.v1: what answers, serves. A server that stops ends its watchers with UNAVAILABLE. */
export function healthService(names: readonly string[]): Service {
  const known = new Set(['', ...names]);
  return service(Health, {
    async check(request) {
      if (!known.has(request.service)) throw notFound('service', request.service);
      return { status: Status.SERVING };
    },
    async list() {
      return { statuses: Object.fromEntries([...known].map((name) => [name, { status: Status.SERVING }])) };
    },
    async *watch(request, { signal }) {
      yield { status: known.has(request.service) ? Status.SERVING : Status.SERVICE_UNKNOWN };
      await untilAborted(new Promise<never>(() => {}), signal);
    },
  });
}
