// Each escape sequence as a whole, so that an escaped backslash before a "u" is not taken for the start of one.
const escapes = /\\(?:u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|u(d[89a-f][0-9a-f]{2})|[\s\S])/gi;

/**
 * Decodes the text of JSON, with lone surrogates replaced by U+FFFD: Protobuf's JSON would refuse the request, where we
 * promise to clean it.
 */
export class JsonTextDecoder {
  readonly #decoder = new TextDecoder();

  decode(bytes: Uint8Array): string {
    const text = this.#decoder.decode(bytes);
    if (!/\\ud/i.test(text)) return text;
    return text.replaceAll(escapes, (sequence, _high, _low, lone?: string) => (lone ? '\\ufffd' : sequence));
  }
}
