import { Buffer } from 'node:buffer';
import { inspect } from 'node:util';
import type { EngineState } from './ipc.ts';

type StateData = NonNullable<EngineState['data']>;

// What the server takes with a state.
const MAX_DATA_BYTES = 64 * 1024;
const MAX_STACK_LENGTH = 8_000;
const MAX_MESSAGE_LENGTH = 2_000;

/** What a flow returned, as `JSON.stringify` writes it; or a note that says why it can't be kept. */
export function resultData(result: unknown): { readonly data?: StateData; readonly message?: string } {
  if (result === undefined) return {};
  try {
    const text = JSON.stringify(result) as string | undefined;
    if (text === undefined) return { message: `The result was not kept: a ${typeof result} is not JSON.` };
    const blob = Buffer.from(text);
    if (blob.length > MAX_DATA_BYTES)
      return { message: `The result was not kept: it has ${blob.length} bytes as JSON, more than ${MAX_DATA_BYTES}.` };
    return { data: { encoding: 'json', blob } };
  } catch (error) {
    return { message: `The result was not kept: it is not JSON (${describe(error).message}).` };
  }
}

/** An error's name, message and stack as JSON. */
export function errorData(error: unknown): StateData {
  const described = describe(error);
  return { encoding: 'json', blob: Buffer.from(JSON.stringify(described)) };
}

/** What is known of a thrown value, whatever it is. */
export function describe(thrown: unknown): Described {
  try {
    return describeFields(thrown);
  } catch {
    // Getters of its own may throw in their turn.
    return { name: 'Error', message: 'something was thrown that can not be looked at' };
  }
}

/** A thrown value in full, for a log: its stack, its cause, the errors that it holds. */
export function printed(thrown: unknown): string {
  try {
    return shortened(inspect(thrown), MAX_STACK_LENGTH);
  } catch {
    const { name, message } = describe(thrown);
    return `${name}: ${message}`;
  }
}

interface Described {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

function describeFields(thrown: unknown): Described {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) {
    const { name = 'Error', message, stack } = thrown as { name?: unknown; message: unknown; stack?: unknown };
    return {
      name: shortened(String(name), 200),
      message: shortened(String(message), MAX_MESSAGE_LENGTH),
      ...(typeof stack === 'string' && { stack: shortened(stack, MAX_STACK_LENGTH) }),
    };
  }
  return { name: 'Error', message: shortened(`thrown: ${inspect(thrown)}`, MAX_MESSAGE_LENGTH) };
}

function shortened(text: string, length: number): string {
  const whole = text.toWellFormed();
  return whole.length <= length ? whole : `${whole.slice(0, length - 1).toWellFormed()}…`;
}
