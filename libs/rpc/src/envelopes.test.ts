import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeEnvelopes, encodeEnvelope } from './envelopes.ts';

async function* chunked(bytes: Uint8Array, cuts: readonly number[]) {
  let at = 0;
  for (const cut of cuts) {
    yield bytes.subarray(at, at + cut);
    at += cut;
  }
  yield bytes.subarray(at);
}

async function decode(bytes: Uint8Array, cuts: readonly number[], mostBytes = 1_000): Promise<string[]> {
  const messages: string[] = [];
  for await (const { data } of decodeEnvelopes(chunked(bytes, cuts), mostBytes))
    messages.push(Buffer.from(data).toString('hex'));
  return messages;
}

test('messages come out as they went in, however the bytes are cut', async () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(messages, fc.array(fc.nat(30), { maxLength: 20 }), async (sent, cuts) => {
      const bytes = Buffer.concat(sent.map(encodeEnvelope));
      expect(await decode(bytes, cuts)).toEqual(sent.map((one) => Buffer.from(one).toString('hex')));
    }),
  );
});

test('what ends within a message is refused', async () => {
  const bytes = encodeEnvelope(new Uint8Array(10));
  for (const length of [1, 4, 5, 14])
    await expect(decode(bytes.subarray(0, length), [2])).rejects.toThrow('ends within');
});

test('a message over the limit is refused by its head alone', async () => {
  const bytes = encodeEnvelope(new Uint8Array(11)).subarray(0, 5);
  await expect(decode(bytes, [], 10)).rejects.toThrow('11 bytes');
});
