import type { GetDocumentRequest } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { readDocumentSlice } from '@millrace/db';
import { notFound } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import type { Context } from '../context.ts';

/** Of the contract. */
const chunkBytes = 256 * 1024;
/** What is held in memory of a document of any size. */
const sliceBytes = 16 * chunkBytes;

export async function* getDocument({ database }: Context, { sha256 }: GetDocumentRequest, call: CallContext) {
  const address = Buffer.from(sha256, 'hex');
  let offset = 0;
  for (;;) {
    call.signal.throwIfAborted();
    const found = await readDocumentSlice(database, address, { offset, length: sliceBytes });
    if (!found) throw notFound('document', sha256);
    const { size, slice } = found;
    if (size === 0) yield { chunk: new Uint8Array() };
    for (let from = 0; from < slice.byteLength; from += chunkBytes)
      yield { chunk: Uint8Array.from(slice.subarray(from, from + chunkBytes)) };
    offset += slice.byteLength;
    if (offset >= size) return;
  }
}
