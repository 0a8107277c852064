import type { Deployment } from '@millrace/contracts/millrace/v1/deployment_pb';
import type { ServiceUrls } from '@millrace/settings';
import type { MillraceClient } from 'millrace/client';
import { collectPages } from '../pages.ts';
import { deployFiles } from './deploy-files.ts';
import type { DevEvent } from './dev-event.ts';
import { answerMs } from './open-server.ts';

export interface DeployerOptions {
  readonly files: readonly string[];
  readonly client: MillraceClient;
  readonly urls: ServiceUrls;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly tell: (event: DevEvent) => void;
}

/** Brings the deployments of files to the server, time and again, and tells what that changed. */
export class Deployer {
  readonly #options: DeployerOptions;
  /** What the server had when it was last seen: by id. */
  #known: ReadonlyMap<string, string> | undefined;

  constructor(options: DeployerOptions) {
    this.#options = options;
  }

  /** Deploys all or nothing, telling of the scripts that are loaded for it; gives the deployments' names, undefined where it failed or the signal ended it. */
  async deploy(signal: AbortSignal, onScript: (file: string) => void): Promise<readonly string[] | undefined> {
    const { files, client, urls, environment, tell } = this.#options;
    this.#known ??= await knownDeployments(client, signal);
    const onLine = (line: string) => tell({ event: 'loading', line });
    const reply = await deployFiles(files, { urls, environment, onLine, onScript, signal });
    if (!reply) return undefined;
    const known = new Map(this.#known);
    const names = reply.results.map(({ deployment, created }) => {
      if (!deployment) return '';
      const { id, version } = deployment;
      const name = `${deployment.flowName}/${deployment.name}`;
      const isChanged = this.#known?.get(id) !== contentOf(deployment);
      const outcome = created ? 'created' : isChanged ? 'updated' : 'unchanged';
      tell({ event: 'deployment', id, name, version, outcome });
      known.set(id, contentOf(deployment));
      return name;
    });
    this.#known = known;
    return names;
  }
}

async function knownDeployments(client: MillraceClient, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const { items } = await collectPages(async (pageSize, pageToken) => {
    const page = await client.deployments.listDeployments({ pageSize, pageToken }, { signal, timeoutMs: answerMs });
    return { items: page.deployments, nextPageToken: page.nextPageToken };
  });
  return new Map(items.map((deployment) => [deployment.id, contentOf(deployment)]));
}

/** The version counts what matters to runs; the description is the rest of what a file says. */
function contentOf({ version, description }: Deployment): string {
  return `${version} ${description}`;
}
