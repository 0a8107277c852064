import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import { watchedNames } from './watched-names.ts';

interface WatchedFolder {
  readonly watcher: FSWatcher;
  names: ReadonlySet<string>;
}

/** Tells when files change, appear or vanish, by the system's own events. */
export class FileWatch implements Disposable {
  readonly #folders = new Map<string, WatchedFolder>();
  readonly #onChange: (path: string) => void;

  constructor(onChange: (path: string) => void) {
    this.#onChange = onChange;
  }

  /** Watches these files, given by absolute paths, and no others. */
  watch(files: ReadonlySet<string>): void {
    const wanted = watchedNames(files, isFolder);
    for (const folder of this.#folders.keys()) if (!wanted.has(folder)) this.#close(folder);
    for (const [folder, names] of wanted) {
      const known = this.#folders.get(folder);
      if (known) known.names = names;
      else this.#open(folder, names);
    }
  }

  [Symbol.dispose](): void {
    for (const folder of [...this.#folders.keys()]) this.#close(folder);
  }

  #open(folder: string, names: ReadonlySet<string>): void {
    const lost = () => {
      this.#close(folder);
      this.#onChange(folder);
    };
    let watcher: FSWatcher;
    try {
      watcher = watch(folder);
    } catch (error) {
      // It went in this moment: what is above it is watched the next time.
      if (isFolder(folder)) throw error;
      this.#onChange(folder);
      return;
    }
    const opened: WatchedFolder = { watcher, names };
    this.#folders.set(folder, opened);
    watcher.on('error', lost);
    watcher.on('change', (_, changed) => {
      const name = changed === null ? undefined : String(changed);
      if (name !== undefined && opened.names.has(name)) this.#onChange(join(folder, name));
      // The folder itself was moved or removed, which is told by its own name: another may be in its place.
      else if (name === undefined || name === basename(folder)) lost();
    });
  }

  #close(folder: string): void {
    this.#folders.get(folder)?.watcher.close();
    this.#folders.delete(folder);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
