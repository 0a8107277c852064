import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** A living process that has to do with a folder. */
export interface FolderProcess {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly command: string;
}

/** Every process with the folder in its command line or with its working directory below it, as /proc shows them. */
export function processesOf(directory: string): readonly FolderProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(join('/proc', name, 'cmdline'), 'utf8').replaceAll('\0', ' ');
        const folder = readlinkSync(join('/proc', name, 'cwd'));
        const stat = readFileSync(join('/proc', name, 'stat'), 'utf8');
        if (!command.includes(directory) && !folder.startsWith(directory)) return [];
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [{ pid: Number(name), parent: Number(fields[1]), session: Number(fields[3]), command }];
      } catch {
        return []; // It ended while it was looked at.
      }
    });
}

/** The keeper and the watcher beside it. */
export function keepersOf(directory: string): readonly FolderProcess[] {
  return processesOf(directory).filter(({ command }) => command.startsWith('/bin/sh'));
}
