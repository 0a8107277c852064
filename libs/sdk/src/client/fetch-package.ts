import { join } from 'node:path';
import type { Client } from '@connectrpc/connect';
import type { DataDocument } from '@millrace/contracts/millrace/v1/data_document_pb';
import type { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import {
  decodeManifest,
  findUnpacked,
  isDocumentManifest,
  type LoadableFlow,
  manifestEncoding,
  openStorage,
  type PackagePlace,
  PackagingError,
  packagePlace,
  unpackDocument,
} from '@millrace/packaging';
import { getDocument } from './get-document.ts';

/**
 * The code that a deployment's `flow_data` describes, fetched to this machine's disk if it is not there yet. Throws a
 * PackagingError where it can't be used, and what the server says.
 *
 * @param home MILLRACE_HOME; agents keep their packages there too
 */
export async function fetchPackage(
  flowData: DataDocument | undefined,
  { storage, home, signal }: { storage: Client<typeof StorageService>; home: string; signal?: AbortSignal },
): Promise<LoadableFlow> {
  if (flowData?.encoding !== manifestEncoding)
    throw new PackagingError(`flow_data has the encoding "${flowData?.encoding ?? ''}", not "${manifestEncoding}"`);
  const manifest = decodeManifest(flowData.blob);
  const cacheDirectory = join(home, 'cache', 'packages');
  if (!isDocumentManifest(manifest)) return { manifest, cacheDirectory, flowName: manifest.flow_name };
  const found = await findUnpacked(manifest, cacheDirectory);
  if (found) return found;
  return unpackDocument(manifest, await readPackage(packagePlace(manifest), storage, signal), cacheDirectory);
}

async function readPackage(
  place: PackagePlace,
  documents: Client<typeof StorageService>,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if ('document' in place) return getDocument(documents, place.document, signal);
  using storage = openStorage(place.storage);
  return await storage.read(place.key, signal);
}
