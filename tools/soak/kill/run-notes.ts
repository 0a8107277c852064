import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What user code wrote into its file, by attempt. */
export interface RunNote {
  readonly what: 'start' | 'end';
  readonly attempt: number;
  readonly pid: number;
}

export async function readNotes(shared: string): Promise<RunNote[]> {
  const text = await readFile(join(shared, 'run.log'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [what, attempt, pid] = line.split(' ');
      return { what: what === 'start' ? 'start' : 'end', attempt: Number(attempt), pid: Number(pid) };
    });
}

/** Lets user code go on to its end, now and in all attempts to come. */
export async function letGo(shared: string): Promise<void> {
  await writeFile(join(shared, 'go'), '');
}
