import { readdir, readFile } from 'node:fs/promises';
import type { Clock } from '@millrace/clock';

const LOOK_EVERY_MS = 10;
// The kernel counts processor time in ticks of 10 ms: the same count three times over is a process that waits.
const QUIET_LOOKS = 3;
const PATIENCE_MS = 30_000;

/**
 * Waits until a process has exactly this many children and none of them does anything: for an agent, until its pool has
 * been filled up again and what fills it has finished loading.
 */
export async function childrenAtRest(pid: number, wanted: number, clock: Clock): Promise<void> {
  let last = '';
  let same = 0;
  for (const until = clock.now() + PATIENCE_MS; clock.now() < until; await clock.sleep(LOOK_EVERY_MS)) {
    const children = await childrenOf(pid);
    const now = (await Promise.all(children.map(processorTime))).join(' ');
    same = now === last && children.length === wanted ? same + 1 : 0;
    last = now;
    if (same >= QUIET_LOOKS) return;
  }
  throw new Error(`process ${pid} never had ${wanted} children at rest`);
}

async function childrenOf(pid: number): Promise<string[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((list) => list.split(' ').filter(Boolean));
}

/** Which process, its state (S waits), and its ticks so far. */
async function processorTime(pid: string): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name, in brackets, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return `${pid} ${fields[11]} ${fields[12]}`;
}
