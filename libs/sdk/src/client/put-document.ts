import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import type { PutDocumentRequestSchema, StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';

// What PutDocument takes at most.
const CHUNK_BYTES = 256 * 1024;

/** Bytes, and where they are to be. */
export interface DocumentToPut {
  readonly sha256: string;
  readonly bytes: Uint8Array;
  /** A storage of the server, and a key that ends with the hash. Default: the server's database. */
  readonly place?: { readonly storage: string; readonly key: string } | undefined;
}

/** Stores a document, in chunks. */
export async function putDocument(
  storage: Client<typeof StorageService>,
  document: DocumentToPut,
  signal?: AbortSignal,
): Promise<void> {
  await storage.putDocument(parts(document), { signal });
}

async function* parts({
  sha256,
  bytes,
  place,
}: DocumentToPut): AsyncGenerator<MessageInitShape<typeof PutDocumentRequestSchema>> {
  yield { part: { case: 'header', value: { sha256, size: bytes.byteLength, ...place } } };
  for (let at = 0; at < bytes.byteLength; at += CHUNK_BYTES)
    yield { part: { case: 'chunk', value: bytes.subarray(at, at + CHUNK_BYTES) } };
}
