import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import type { PutDocumentRequestSchema, StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';

// What PutDocument takes at most.
const CHUNK_BYTES = 256 * 1024;

/** Stores a document, in chunks. */
export async function putDocument(
  storage: Client<typeof StorageService>,
  document: { readonly sha256: string; readonly bytes: Uint8Array },
  signal?: AbortSignal,
): Promise<void> {
  await storage.putDocument(parts(document), { signal });
}

async function* parts(document: {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}): AsyncGenerator<MessageInitShape<typeof PutDocumentRequestSchema>> {
  const { sha256, bytes } = document;
  yield { part: { case: 'header', value: { sha256, size: bytes.byteLength } } };
  for (let at = 0; at < bytes.byteLength; at += CHUNK_BYTES)
    yield { part: { case: 'chunk', value: bytes.subarray(at, at + CHUNK_BYTES) } };
}
