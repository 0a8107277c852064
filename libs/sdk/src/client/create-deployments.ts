import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Client } from '@connectrpc/connect';
import type {
  ApplyDeploymentsResponse,
  DeploymentService,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import type { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { LocalStorage, type PackagingContext, PackagingError } from '@millrace/packaging';
import { processSettings } from '@millrace/settings';
import { toCreateRequests } from '../create-request.ts';
import type { LoadedDeployment } from '../load-deployments.ts';
import { putDocument } from './put-document.ts';

/** The services that deployments are created on. */
export interface DeployingServices {
  readonly deployments: Client<typeof DeploymentService>;
  readonly storage: Client<typeof StorageService>;
}

/** How deployments are created. */
export interface CreateOptions {
  /** Whether only to say what would change: nothing is stored anywhere. */
  readonly dryRun?: boolean;
  /** Told what is worth knowing and no error. */
  readonly note?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Packages the flows of deployments, puts the packages, then creates or updates all deployments or none. */
export async function createDeployments(
  { deployments, storage }: DeployingServices,
  loaded: readonly LoadedDeployment[],
  { signal, dryRun = false, note }: CreateOptions,
): Promise<ApplyDeploymentsResponse> {
  const documents = new Map<string, Uint8Array>();
  const context: PackagingContext = {
    isDryRun: dryRun,
    async putDocument(bytes, place) {
      if (place)
        throw new PackagingError(
          `there is no storage '${place.storage}': servers have no named storages yet; give a folder`,
        );
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      documents.set(sha256, bytes);
      return sha256;
    },
    async defaultStorage() {
      return new LocalStorage({ basePath: join(processSettings().home, 'storage') });
    },
  };
  const requests = await toCreateRequests(loaded, context, note);
  // Not before all are packaged: what can't be packaged leaves nothing behind.
  if (!dryRun) for (const [sha256, bytes] of documents) await putDocument(storage, { sha256, bytes }, signal);
  return deployments.applyDeployments({ deployments: requests, dryRun }, { signal });
}
