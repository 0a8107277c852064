import type { Client } from '@connectrpc/connect';
import type { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import type { ServerDocument } from '@millrace/packaging';

/** A document's bytes. Throws what the server says. */
export async function getDocument(
  storage: Client<typeof StorageService>,
  document: ServerDocument,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const { chunk } of storage.getDocument(document, { signal })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
