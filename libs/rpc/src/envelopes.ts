import { Code, MillraceError } from './errors.ts';

/** One message of a stream over Connect, still encoded. */
export interface Envelope {
  readonly flags: number;
  readonly data: Uint8Array;
}

/** Marks the last envelope of a reply: JSON with the error, if there was one. */
export const endFlag = 0b10;

const headBytes = 5;

/** A message as it goes over the wire: flags, length, data. */
export function encodeEnvelope(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(headBytes + data.byteLength);
  new DataView(bytes.buffer).setUint32(1, data.byteLength);
  bytes.set(data, headBytes);
  return bytes;
}

/** Takes a stream of bytes apart, however it was cut; throws where one is larger than `mostBytes` or incomplete. */
export async function* decodeEnvelopes(
  chunks: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<Envelope, void> {
  let pending: Uint8Array[] = [];
  let size = 0;
  let wanted = headBytes;
  for await (const chunk of chunks) {
    pending.push(chunk);
    size += chunk.byteLength;
    // Joined only once all of a message is there: a large one comes in many chunks.
    while (size >= wanted) {
      const joined = pending.length === 1 && pending[0] ? pending[0] : Buffer.concat(pending);
      const length = headBytes + new DataView(joined.buffer, joined.byteOffset).getUint32(1);
      if (length > headBytes + mostBytes) throw broken(`a message of ${length - headBytes} bytes is too large`);
      wanted = length;
      pending = [joined];
      if (size < length) break;
      yield {
        flags: joined[0] ?? 0,
        data: new Uint8Array(joined.buffer, joined.byteOffset + headBytes, length - headBytes),
      };
      pending = size > length ? [joined.subarray(length)] : [];
      size -= length;
      wanted = headBytes;
    }
  }
  if (size > 0) throw broken('the reply ends within a message');
}

function broken(message: string): MillraceError {
  return new MillraceError({ code: Code.Internal, reason: 'BAD_REPLY', message });
}
