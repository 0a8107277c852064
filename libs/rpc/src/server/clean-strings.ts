import type { DescField, DescMessage, Message } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { isWrapperDesc } from '@bufbuild/protobuf/wkt';

/**
 * Replaces, in all strings of a message, what Postgres can't store or UTF-8 can't carry (U+0000, lone surrogates) by
 * U+FFFD. Changes the message in place.
 */
export function cleanStrings(descriptor: DescMessage, message: Message): void {
  cleanersOf(descriptor)?.(message as unknown as Fields);
}

type Fields = Record<string, unknown>;
type Cleaner = (message: Fields) => void;
type Clean = (value: unknown) => unknown;

// What there is to clean in a type is worked out once: most messages on hot paths have few strings.
const known = new WeakMap<DescMessage, { cleaner: Cleaner | undefined }>();

function cleanersOf(descriptor: DescMessage): Cleaner | undefined {
  const before = known.get(descriptor);
  if (before) return before.cleaner;
  const entry: { cleaner: Cleaner | undefined } = { cleaner: undefined };
  // Types may contain themselves: until it is worked out, look again at each message.
  entry.cleaner = (message) => entry.cleaner?.(message);
  known.set(descriptor, entry);
  const parts = descriptor.fields.flatMap((field) => {
    const clean = cleanField(field);
    return clean ? [partOf(field, clean)] : [];
  });
  entry.cleaner =
    parts.length === 0
      ? undefined
      : (message) => {
          for (const part of parts) part(message);
        };
  return entry.cleaner;
}

function partOf(field: DescField, clean: Clean): Cleaner {
  if (field.oneof) {
    const oneof = field.oneof.localName;
    return (message) => {
      const chosen = message[oneof] as { case?: string; value?: unknown };
      if (chosen.case === field.localName) chosen.value = clean(chosen.value);
    };
  }
  return (message) => {
    const value = message[field.localName];
    if (value !== undefined) message[field.localName] = clean(value);
  };
}

function cleanField(field: DescField): Clean | undefined {
  switch (field.fieldKind) {
    case 'scalar':
      return field.scalar === ScalarType.STRING ? cleanText : undefined;
    case 'message':
      return cleanMessage(field, field.message);
    case 'list': {
      const clean = cleanElement(field);
      return clean && ((list) => (list as unknown[]).map(clean));
    }
    case 'map': {
      const cleanKey = field.mapKey === ScalarType.STRING ? cleanText : undefined;
      const cleanValue = cleanElement(field);
      return cleanKey || cleanValue ? (map) => cleanEntries(map as Fields, cleanValue) : undefined;
    }
    default:
      return undefined;
  }
}

function cleanElement(field: DescField & { fieldKind: 'list' | 'map' }): Clean | undefined {
  const kind = field.fieldKind === 'list' ? field.listKind : field.mapKind;
  if (kind === 'scalar') return field.scalar === ScalarType.STRING ? cleanText : undefined;
  return kind === 'message' && field.message ? cleanMessage(field, field.message) : undefined;
}

function cleanMessage(field: DescField, descriptor: DescMessage): Clean | undefined {
  // A wrapper in a field of its own is what it wraps; a Struct is a JSON object, but in a Value it is a message.
  if (field.fieldKind === 'message' && !field.oneof && isWrapperDesc(descriptor))
    return descriptor.typeName.endsWith('StringValue') ? cleanText : undefined;
  if (descriptor.typeName === 'google.protobuf.Struct' && field.parent?.typeName !== 'google.protobuf.Value')
    return cleanJson;
  return (value) => cleaned(descriptor, value);
}

function cleaned(descriptor: DescMessage, value: unknown): unknown {
  cleanersOf(descriptor)?.(value as Fields);
  return value;
}

function cleanJson(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanJson);
  if (typeof value === 'object' && value !== null) return cleanEntries(value as Fields, cleanJson);
  return value;
}

function cleanEntries(entries: Fields, clean: Clean | undefined): Fields {
  return Object.fromEntries(
    Object.entries(entries).map(([key, value]) => [cleanText(key), clean ? clean(value) : value]),
  );
}

function cleanText(value: unknown): unknown {
  return typeof value === 'string' ? cleanString(value) : value;
}

/** U+0000 and lone surrogates replaced by U+FFFD. */
export function cleanString(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
