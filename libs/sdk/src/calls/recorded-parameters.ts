import { Buffer } from 'node:buffer';
import { inspect } from 'node:util';
import type { JsonObject } from '@bufbuild/protobuf';

// What the server takes is 512 KiB; what surrounds the values needs some of it.
const MAX_BYTES = 500 * 1024;
const MAX_TEXT_LENGTH = 1_000;
// What the server takes is 30, the parameters themselves among them.
const MAX_DEPTH = 28;

/**
 * What the history of a called flow says of its parameters: JSON where they are; a text in the place of each that is none,
 * or is too large.
 */
export function recordedParameters(parameters: Readonly<Record<string, unknown>>): JsonObject {
  let left = MAX_BYTES;
  const entries = Object.entries(parameters).map(([name, value]) => {
    const text = jsonOf(value) ?? JSON.stringify(describe(value));
    const bytes = Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(name)) + 2;
    const fits = bytes <= left;
    const kept = fits ? text : JSON.stringify(`(not kept: ${bytes} bytes as JSON)`);
    left -= fits ? bytes : kept.length;
    return [name, JSON.parse(kept)] as const;
  });
  return Object.fromEntries(entries) as JsonObject;
}

/** Undefined where there is no JSON of it, or none that the server takes. */
function jsonOf(value: unknown): string | undefined {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined || isDeeperThan(MAX_DEPTH, JSON.parse(text)) ? undefined : text;
  } catch {
    return undefined;
  }
}

function describe(value: unknown): string {
  try {
    const text = inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY }).toWellFormed();
    return text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH).toWellFormed()}…`;
  } catch {
    // It has a say in how it is shown, and threw.
    return '(can not be shown)';
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeperThan(levels - 1, each));
}
