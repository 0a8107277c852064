import type { Clock } from '@millrace/clock';
import type { Deployment } from '@millrace/contracts/millrace/v1/deployment_pb';
import type { DeploymentPlan } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { openHttp } from '@millrace/rpc/http-client';
import { processSettings, type ServiceUrls, serviceUrls } from '@millrace/settings';
import { serverOfProcess } from '../calls/server-of-process.ts';
import type { DeploymentSpec } from '../deployment.ts';
import type { LoadedDeployment } from '../load-deployments.ts';
import { locateDeployment } from '../locate-deployment.ts';
import { type CreateOptions, createDeployments } from './create-deployments.ts';
import { ServiceClients } from './service-clients.ts';

/** Options of {@link MillraceClient}. */
export interface MillraceClientOptions {
  /**
   * Where the services are: one address for all, or one for each app; several with commas between are tried in turn.
   * Default: those of the server that the flow that runs, or one that ran, is reported to; else as `MILLRACE_API_URL` and its
   * kin say, http://127.0.0.1:4200 without them.
   */
  readonly urls?: string | ServiceUrls;
  /** Who acts, for the history of what is changed. Default "anonymous". */
  readonly actor?: string;
  /** Times the back-off of reconnects. Default: the machine's. */
  readonly clock?: Clock;
}

/** A deployment that was created or brought up to date. */
export interface CreatedDeployment {
  readonly deployment: Deployment;
  /** False where it existed. */
  readonly created: boolean;
}

/**
 * Every service of a Millrace server, typed, over HTTP/1.1; errors are MillraceError. Connections are opened when used and
 * kept until the client is disposed of.
 */
export class MillraceClient extends ServiceClients {
  constructor({ urls, actor, clock }: MillraceClientOptions = {}) {
    super({
      urls: urls ?? serverOfProcess()?.urls ?? serviceUrls(processSettings()),
      clock,
      open: (url) => openHttp(url, { actor }),
    });
  }

  /**
   * Packages the flow of a deployment and creates it, or brings it up to date: what `millrace deployment create` does.
   * Relative paths count from the file that made it. Throws a PackagingError before anything is sent, or what the server
   * says.
   */
  async createDeployment(spec: DeploymentSpec, signal?: AbortSignal): Promise<CreatedDeployment> {
    const [created] = await this.createDeployments([await locateDeployment(spec)], { signal });
    if (!created) throw new Error('the server answered without the deployment');
    return created;
  }

  /**
   * Packages the flows of deployments, puts the packages, then creates or updates all deployments or none. Gives them in
   * the order asked for. Throws a PackagingError before anything is sent, or what the server says.
   */
  async createDeployments(
    loaded: readonly LoadedDeployment[],
    options: Omit<CreateOptions, 'dryRun'> = {},
  ): Promise<CreatedDeployment[]> {
    const { results } = await createDeployments(this, loaded, options);
    return results.flatMap(({ deployment, created }) => (deployment ? [{ deployment, created }] : []));
  }

  /** What {@link createDeployments} would change, in the order asked for; stores and changes nothing. */
  async planDeployments(loaded: readonly LoadedDeployment[], signal?: AbortSignal): Promise<DeploymentPlan[]> {
    return (await createDeployments(this, loaded, { signal, dryRun: true })).plan;
  }
}
