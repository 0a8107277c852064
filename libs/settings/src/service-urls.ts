import type { Settings } from './settings.ts';

/** Where each app's services are found; several addresses of one app, with commas between, are tried in turn. */
export interface ServiceUrls {
  readonly deployments: string;
  readonly orchestrator: string;
  readonly scheduler: string;
}

export function serviceUrls(settings: Settings): ServiceUrls {
  return {
    deployments: settings.deploymentsUrl ?? settings.apiUrl,
    orchestrator: settings.orchestratorUrl ?? settings.apiUrl,
    scheduler: settings.schedulerUrl ?? settings.apiUrl,
  };
}
