import { Buffer } from 'node:buffer';
import { inspect } from 'node:util';
import type { JsonObject } from '@bufbuild/protobuf';

// What the server takes is 512 KiB; what surrounds the values needs some of it.
const MAX_BYTES = 500 * 1024;
const MAX_TEXT_LENGTH = 1_000;

/**
 * What the history of a called flow says of its parameters: JSON where they are; a text in the place of each that is none,
 * or is too large.
 */
export function recordedParameters(parameters: Readonly<Record<string, unknown>>): JsonObject {
  const recorded: JsonObject = {};
  let left = MAX_BYTES;
  for (const [name, value] of Object.entries(parameters)) {
    const text = jsonOf(value) ?? JSON.stringify(describe(value));
    const bytes = Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(name)) + 2;
    left -= bytes;
    if (left >= 0) recorded[name] = JSON.parse(text) as JsonObject[string];
    else {
      left += bytes;
      recorded[name] = `(not kept: ${bytes} bytes as JSON)`;
    }
  }
  return recorded;
}

/** Undefined where there is no JSON of it. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch {
    return undefined;
  }
}

function describe(value: unknown): string {
  const text = inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY }).toWellFormed();
  return text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH).toWellFormed()}…`;
}
