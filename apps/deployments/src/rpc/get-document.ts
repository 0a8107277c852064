import { createHash } from 'node:crypto';
import type { GetDocumentRequest } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { type Database, readDocumentSlice } from '@millrace/db';
import { failedPrecondition, notFound } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import type { Context } from '../context.ts';
import { checkPlace, type DocumentPlace, readFromStorage } from '../storages/document-place.ts';

/** Of the contract. */
const chunkBytes = 256 * 1024;
/** What is held in memory of a document of any size in the database. */
const sliceBytes = 16 * chunkBytes;

export async function* getDocument(context: Context, request: GetDocumentRequest, call: CallContext) {
  const { sha256, storage } = request;
  const place = { sha256, storage, key: checkPlace(request) };
  const parts = storage === '' ? slices(context.database, sha256, call.signal) : stored(context, place, call.signal);
  for await (const part of parts) {
    if (part.byteLength === 0) yield { chunk: new Uint8Array() };
    for (let from = 0; from < part.byteLength; from += chunkBytes)
      yield { chunk: Uint8Array.from(part.subarray(from, from + chunkBytes)) };
  }
}

async function* slices(database: Database, sha256: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const address = Buffer.from(sha256, 'hex');
  let offset = 0;
  for (;;) {
    signal.throwIfAborted();
    const found = await readDocumentSlice(database, address, { offset, length: sliceBytes });
    if (!found) throw notFound('document', sha256);
    yield found.slice;
    offset += found.slice.byteLength;
    if (offset >= found.size) return;
  }
}

/** Whole, as it is not given before it is known to be what was asked for: the key alone shows nobody anything. */
async function* stored(context: Context, place: DocumentPlace, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const bytes = await readFromStorage(context, place, signal);
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== place.sha256)
    throw failedPrecondition(
      'DOCUMENT_CHANGED',
      `what storage ${JSON.stringify(place.storage)} has under ${JSON.stringify(place.key)} has another hash, so it is not given`,
    );
  yield bytes;
}
