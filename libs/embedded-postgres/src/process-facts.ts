import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What tells a process from a later one with the same id. */
export interface ProcessFacts {
  /** When it began, in the system's own notation: only good for comparing. Has no blanks. */
  readonly began: string;
  /** Its arguments, with blanks between. */
  readonly command: string;
}

/** The facts of a living process; undefined if there is none (one that ended and was not collected is none either). */
export async function processFacts(pid: number): Promise<ProcessFacts | undefined> {
  const facts = process.platform === 'linux' ? await factsFromProc(pid) : await factsFromPs(pid);
  return facts?.command ? facts : undefined;
}

async function factsFromProc(pid: number): Promise<ProcessFacts | undefined> {
  try {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    // The second field is the name in brackets and may hold blanks; the start time is the 22nd of all.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { began: fields[19] ?? '', command: command.replaceAll('\0', ' ').trim() };
  } catch {
    return undefined;
  }
}

async function factsFromPs(pid: number): Promise<ProcessFacts | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'lstart=,command=', '-p', String(pid)], {
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    });
    // lstart is always five words: "Mon Jan  5 10:20:30 2026".
    const words = stdout.trim().split(/\s+/);
    return { began: words.slice(0, 5).join('_'), command: words.slice(5).join(' ') };
  } catch {
    return undefined;
  }
}
