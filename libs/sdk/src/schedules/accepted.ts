import { nearest } from '@millrace/settings/nearest';

/** "'a', 'b' or 'c'". */
export function either(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  return quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}` : quoted.join('');
}

/** What to say of a word that is none of these. */
export function hintFor(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? `there are ${known.join(', ')}` : `did you mean '${meant}'?`;
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null && !(value instanceof Date) ? 'an object' : String(value);
}
