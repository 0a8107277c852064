import { Health, HealthCheckResponse_ServingStatus as Status } from '@millrace/contracts/grpc/health/v1/health_pb';
import { openHttp } from '@millrace/rpc/http-client';
import { type ProcessSettings, type ServiceUrls, serverOfHome, serviceUrls } from '@millrace/settings';

/** Something that takes connections and says nothing for this long is no server. */
const answerMs = 3_000;

/**
 * Where flows that this process calls are reported: where the settings say; else at the usual address of this machine or,
 * as the home says, where its server is. Undefined where nobody answers there.
 */
export async function findServer(settings: ProcessSettings): Promise<ServiceUrls | undefined> {
  if (settings.isServerGiven) return serviceUrls(settings);
  const places = [settings.port === 0 ? undefined : settings.apiUrl, serverOfHome(settings.home)];
  for (const url of new Set(places)) if (url !== undefined && (await isServing(url))) return everywhere(url);
  return undefined;
}

/** One address for every service. */
export function everywhere(url: string): ServiceUrls {
  return { deployments: url, orchestrator: url, scheduler: url };
}

async function isServing(url: string): Promise<boolean> {
  using channel = openHttp(url);
  try {
    const service = 'millrace.v1.TransitionService';
    const { status } = await channel.client(Health).check({ service }, { timeoutMs: answerMs });
    return status === Status.SERVING;
  } catch {
    return false;
  }
}
