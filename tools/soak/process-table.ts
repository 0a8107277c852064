import { readdir, readFile, readlink } from 'node:fs/promises';

/** A process of this machine, as /proc has it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** "S" is asleep, "Z" ended and not collected, "T" stopped. */
  readonly state: string;
  /** What it has used of the processor, in ticks. */
  readonly ticks: number;
  readonly command: string;
}

/** The process of that id, unless it has ended. */
export async function processEntry(pid: number): Promise<ProcessEntry | undefined> {
  try {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    // The name before is in brackets and may hold blanks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', parent = ''] = fields;
    if (state === 'Z' || state === 'X') return undefined;
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { pid, parent: Number(parent), state, ticks, command: command.replaceAll('\0', ' ').trim() };
  } catch {
    return undefined;
  }
}

export async function allProcesses(): Promise<ProcessEntry[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  return (await Promise.all(pids.map(processEntry))).filter((entry) => entry !== undefined);
}

/** Whether a process has to do with a folder: by its arguments, its variables, or its working directory. */
export async function isOf(folder: string, { pid, command }: ProcessEntry): Promise<boolean> {
  if (command.includes(folder)) return true;
  const [variables, directory] = await Promise.all([
    readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
    readlink(`/proc/${pid}/cwd`).catch(() => ''),
  ]);
  return variables.includes(folder) || directory.startsWith(folder);
}

/** Sends a signal; a process that has ended needs none. */
export function signalTo(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}
