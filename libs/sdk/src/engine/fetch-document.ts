import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import type { ServerDocument } from '@millrace/packaging';
import { openHttp } from '@millrace/rpc/http-client';
import { getDocument } from '../client/get-document.ts';

/** A document's bytes, for a packager of the user's own. Throws what the server says. */
export async function fetchDocument(deploymentsUrl: string, document: ServerDocument): Promise<Uint8Array> {
  using channel = openHttp(deploymentsUrl, { actor: 'engine' });
  return await getDocument(channel.client(StorageService), document);
}
