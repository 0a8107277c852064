import { PackagingError } from '../packaging-error.ts';

/** What is wrong with a key: it is a path of folders and a file, and never leads out of the storage. */
export function storageKeyProblem(key: string): string | undefined {
  if (key.includes('\0') || key.includes('\\')) return 'must hold neither NUL nor a backslash';
  const isPath = key.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  return isPath ? undefined : 'must be a path such as team/daily, without empty parts, . and ..';
}

/** Throws a {@link PackagingError} for a key that may not be used. */
export function checkStorageKey(key: string): void {
  const problem = storageKeyProblem(key);
  if (problem) throw new PackagingError(`the key ${JSON.stringify(key)} is refused: it ${problem}`);
}
