import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@millrace/contracts/grpc/health/v1/health_pb';
import { openHttp } from '@millrace/rpc/http-client';
import { type ProcessSettings, type ServiceUrls, serviceUrls } from '@millrace/settings';

/** Something that takes connections and says nothing for this long is no server. */
const answerMs = 3_000;

/**
 * Where flows that this process calls are reported: where the settings say; else at the usual address of this machine or,
 * as the home says, where its server is. Undefined where nobody answers there.
 */
export async function findServer(settings: ProcessSettings): Promise<ServiceUrls | undefined> {
  if (settings.isServerGiven) return serviceUrls(settings);
  const places = [settings.port === 0 ? undefined : settings.apiUrl, await urlInHome(settings.home)];
  for (const url of new Set(places)) if (url !== undefined && (await isServing(url))) return everywhere(url);
  return undefined;
}

/** One address for every service. */
export function everywhere(url: string): ServiceUrls {
  return { deployments: url, orchestrator: url, scheduler: url };
}

/** What the server that has a home says in it. */
async function urlInHome(home: string): Promise<string | undefined> {
  try {
    const { url } = JSON.parse(await readFile(join(home, 'server.json'), 'utf8')) as { readonly url?: unknown };
    return typeof url === 'string' && URL.canParse(url) ? url : undefined;
  } catch {
    return undefined;
  }
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
