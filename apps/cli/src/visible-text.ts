import { stripVTControlCharacters } from 'node:util';

// C0 but tab and line feed, DEL and C1, and the marks that turn the direction of what follows them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A text of somebody else's without what could move a terminal's cursor, change its title or hide what was said. */
export function visibleText(text: string): string {
  return stripVTControlCharacters(text).replace(INVISIBLE, '');
}

/** The same on one line, for a cell of a table. */
export function oneLine(text: string): string {
  return text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ').replaceAll('\t', ' ');
}
