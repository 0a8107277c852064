import { readFile } from 'node:fs/promises';

/** Ticks of all processors since the machine's start. */
export interface ProcessorTicks {
  readonly total: number;
  /** Given by the hypervisor to other machines. */
  readonly stolen: number;
}

/** Reads the first line of /proc/stat: user nice system idle iowait irq softirq steal, then guests' that user holds. */
export function parseProcessorTicks(stat: string): ProcessorTicks {
  const [line = ''] = stat.split('\n');
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { total: ticks.reduce((sum, each) => sum + each, 0), stolen: ticks[7] ?? 0 };
}

/** The share of processor time that was stolen between two readings. */
export function stolenShare(before: ProcessorTicks, after: ProcessorTicks): number {
  const total = after.total - before.total;
  return total > 0 ? (after.stolen - before.stolen) / total : 0;
}

/** Gives, each time, the share that was stolen since the last time. Nothing is known to be where there is no /proc. */
export async function stealMeter(): Promise<() => Promise<number>> {
  let before = await readProcessorTicks();
  return async () => {
    const now = await readProcessorTicks();
    const share = stolenShare(before, now);
    before = now;
    return share;
  };
}

async function readProcessorTicks(): Promise<ProcessorTicks> {
  return parseProcessorTicks(await readFile('/proc/stat', 'utf8').catch(() => ''));
}
