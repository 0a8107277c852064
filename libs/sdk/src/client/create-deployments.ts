import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Client } from '@connectrpc/connect';
import type {
  ApplyDeploymentsResponse,
  DeploymentService,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import type { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { LocalStorage, type PackagingContext } from '@millrace/packaging';
import { Code, MillraceError } from '@millrace/rpc/errors';
import { processSettings } from '@millrace/settings';
import { toCreateRequests } from '../create-request.ts';
import type { LoadedDeployment } from '../load-deployments.ts';
import { type DocumentToPut, putDocument } from './put-document.ts';

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
  const documents = new Map<string, DocumentToPut>();
  const context: PackagingContext = {
    isDryRun: dryRun,
    async putDocument(bytes, place) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      documents.set(place ? `${place.storage}/${place.key}` : sha256, { sha256, bytes, place });
      return sha256;
    },
    async defaultStorage() {
      const standard = await findDefaultStorage(storage, signal);
      return standard ?? new LocalStorage({ basePath: join(processSettings().home, 'storage') });
    },
  };
  const requests = await toCreateRequests(loaded, context, note);
  // Not before all are packaged: what can't be packaged leaves nothing behind.
  if (!dryRun) for (const document of documents.values()) await putDocument(storage, document, signal);
  return deployments.applyDeployments({ deployments: requests, dryRun }, { signal });
}

async function findDefaultStorage(
  storage: DeployingServices['storage'],
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    return (await storage.getStorage({}, { signal })).storage?.name;
  } catch (error) {
    if (MillraceError.from(error).code === Code.NotFound) return undefined;
    throw error;
  }
}
