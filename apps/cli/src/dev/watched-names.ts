import { basename, dirname, sep } from 'node:path';

/**
 * Which names to watch for in which folders so that every change of the files is seen. A folder is watched rather than
 * its file, since editors replace files; of a folder that is not there, the nearest one above it is. What packages
 * installed is left out: it does not change while somebody edits.
 *
 * @param isFolder whether there is a folder at a path
 */
export function watchedNames(
  files: Iterable<string>,
  isFolder: (path: string) => boolean,
): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>();
  for (const file of files) {
    if (file.includes(`${sep}node_modules${sep}`)) continue;
    let path = file;
    while (dirname(path) !== path && !isFolder(dirname(path))) path = dirname(path);
    const names = folders.get(dirname(path)) ?? new Set();
    folders.set(dirname(path), names.add(basename(path)));
  }
  return folders;
}
