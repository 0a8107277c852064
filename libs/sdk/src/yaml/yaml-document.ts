import { nearest } from '@millrace/settings/nearest';
import type { Document, LineCounter, Node } from 'yaml';

/** Where a value is in a document: keys, and places in lists. */
export type YamlPath = readonly (string | number)[];

/** A document of a YAML file as plain values, and what is wrong with it, each with its place. */
export class YamlDocument {
  /** What the document says; undefined where it can't be read. */
  readonly value: unknown;
  /** "file:line:column: what is wrong", in the order in which it was found. */
  readonly problems: string[] = [];
  readonly #file: string;
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(file: string, document: Document, lines: LineCounter) {
    this.#file = file;
    this.#document = document;
    this.#lines = lines;
    for (const { pos, message } of document.errors) this.#add(pos[0], message);
    if (document.errors.length > 0) return;
    try {
      this.value = document.toJS();
    } catch (error) {
      // Aliases that would grow without end.
      this.#add(0, String(error));
    }
  }

  /** The line that it begins at. */
  get line(): number {
    return this.#lines.linePos(this.#offsetOf([])).line;
  }

  /** Notes a problem, at the key or the entry that the path leads to. */
  refuse(path: YamlPath, message: string): void {
    this.#add(this.#offsetOf(path), path.length > 0 ? `${nameOf(path)}: ${message}` : message);
  }

  /** The mapping there, whose keys are all among these; undefined, and noted, where it is something else. */
  mapping(value: unknown, path: YamlPath, keys: readonly string[]): Readonly<Record<string, unknown>> | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.refuse(path, `must be a mapping with ${keys.join(', ')}`);
      return undefined;
    }
    for (const key of Object.keys(value)) {
      if (keys.includes(key)) continue;
      const meant = nearest(key, keys);
      const hint = meant === undefined ? `there are ${keys.join(', ')}` : `did you mean '${meant}'?`;
      this.refuse([...path, key], `there is no such key; ${hint}`);
    }
    return value as Readonly<Record<string, unknown>>;
  }

  /** The text there; undefined where there is nothing, or, noted, something else. */
  text(value: unknown, path: YamlPath): string | undefined {
    if (value === undefined || typeof value === 'string') return value;
    this.refuse(path, `must be a text; put it in quotes: '${String(value)}'`);
    return undefined;
  }

  /** What `read` gives; undefined, and noted, where it throws. */
  attempt<T>(path: YamlPath, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.refuse(path, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #add(offset: number, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    this.problems.push(`${this.#file}:${line}:${col}: ${message}`);
  }

  #offsetOf(path: YamlPath): number {
    const { contents } = this.#document;
    let last = contents?.range?.[0] ?? this.#document.range?.[0] ?? 0;
    let at: unknown = contents;
    for (const segment of path) {
      const collection = this.#resolved(at);
      const item = collection && 'items' in collection ? (collection.items as unknown[]) : [];
      const entry = typeof segment === 'number' ? item[segment] : item.find((each) => keyOf(each)?.value === segment);
      const key = typeof segment === 'number' ? (entry as Node | undefined) : keyOf(entry);
      last = key?.range?.[0] ?? last;
      at = typeof segment === 'number' ? entry : (entry as { value?: unknown } | undefined)?.value;
    }
    return last;
  }

  #resolved(node: unknown): object | undefined {
    if (typeof node !== 'object' || node === null) return undefined;
    if (!('source' in node && 'resolve' in node) || typeof node.resolve !== 'function') return node;
    return node.resolve(this.#document) as object | undefined;
  }
}

function keyOf(pair: unknown): { readonly value?: unknown; readonly range?: readonly number[] } | undefined {
  return typeof pair === 'object' && pair !== null && 'key' in pair ? (pair.key as object) : undefined;
}

function nameOf(path: YamlPath): string {
  return path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`)).join('');
}
