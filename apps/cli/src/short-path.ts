import { relative } from 'node:path';

/** A file's path from where the command was typed, or its absolute one where it lies outside. */
export function shortPath(file: string): string {
  const path = relative('', file);
  return path.startsWith('..') ? file : path;
}
