import { createHash } from 'node:crypto';
import type { PutDocumentRequest, PutDocumentRequest_Header } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { insertDocument } from '@millrace/db';
import { invalidArgument, resourceExhausted } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import type { Context } from '../context.ts';
import { checkPlace, type DocumentPlace, writeToStorage } from '../storages/document-place.ts';

export async function putDocument(context: Context, requests: AsyncIterable<PutDocumentRequest>, call: CallContext) {
  const { database, clock } = context;
  const { place, body } = await receive(requests);
  const { sha256 } = place;
  if (place.storage !== '')
    return { sha256, created: await writeToStorage(context, place, { body, signal: call.signal }) };
  const document = { sha256: Buffer.from(sha256, 'hex'), body };
  const created = await insertDocument(database, document, { now: clock.now(), actor: call.actor });
  return { sha256, created };
}

const limitBytes = 64 * 1024 * 1024;

/** Takes a header and its bytes; INVALID_ARGUMENT as soon as they can't match any more. */
async function receive(requests: AsyncIterable<PutDocumentRequest>): Promise<{ place: DocumentPlace; body: Buffer }> {
  let header: PutDocumentRequest_Header | undefined;
  let key = '';
  const hash = createHash('sha256');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const { part } of requests) {
    if (part.case === 'header') {
      if (header) throw refusal('header', 'must come once');
      header = part.value;
      key = checkPlace(header, 'header.');
      if (header.size > limitBytes)
        throw resourceExhausted(
          'DOCUMENT_TOO_LARGE',
          `a document is at most ${limitBytes} bytes; this one has ${header.size}`,
        );
      continue;
    }
    if (!header) break;
    const chunk = part.value ?? new Uint8Array();
    // Else a client could go on for ever; an empty document may be one empty chunk.
    if (chunk.byteLength === 0 && (header.size > 0 || chunks.length > 0)) throw refusal('chunk', 'must not be empty');
    size += chunk.byteLength;
    if (size > header.size) throw refusal('chunk', `there are more bytes than the ${header.size} of the header`);
    hash.update(chunk);
    chunks.push(chunk);
  }
  if (!header) throw refusal('header', 'must come first');
  if (size !== header.size) throw refusal('header.size', `says ${header.size} bytes; ${size} came`);
  const sha256 = hash.digest('hex');
  if (sha256 !== header.sha256) throw refusal('header.sha256', `is not the hash of the bytes, which is ${sha256}`);
  return { place: { sha256, storage: header.storage, key }, body: Buffer.concat(chunks) };
}

function refusal(field: string, description: string) {
  return invalidArgument([{ field, description }]);
}
