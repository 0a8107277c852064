import { readdirSync, readFileSync } from 'node:fs';

/** Processes whose environment has the mark, by /proc; those that have ended but were not waited for are not counted. */
export function processesWith(mark: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && hasMark(pid, mark));
}

export function isAlive(pid: number): boolean {
  return !/^State:\s+[ZX]/m.test(read(pid, 'status') || 'State: X');
}

function hasMark(pid: number, mark: string): boolean {
  return read(pid, 'environ').split('\0').includes(mark) && isAlive(pid);
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
