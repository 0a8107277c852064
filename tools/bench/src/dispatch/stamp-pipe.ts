import { execFile } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Clock } from '@millrace/clock';

/** Hears from user code, in whatever process it runs, when its first line was reached. */
export interface StampPipe extends Disposable {
  readonly path: string;
  /** When the run's first line was reached, by the clock of `process.hrtime.bigint()`. */
  stampOf(flowRunId: string): Promise<bigint>;
}

const PATIENCE_MS = 60_000;

/** Makes a named pipe: a line written to one is whole, and costs the writer a few microseconds. */
export async function openStampPipe(path: string, clock: Clock): Promise<StampPipe> {
  await promisify(execFile)('mkfifo', [path]);
  // Open for writing too, else it would end whenever a writer leaves.
  const socket = new Socket({
    fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  });
  const stamps = new Map<string, PromiseWithResolvers<bigint>>();
  const entry = (flowRunId: string) => {
    const known = stamps.get(flowRunId) ?? Promise.withResolvers<bigint>();
    stamps.set(flowRunId, known);
    return known;
  };
  createInterface({ input: socket }).on('line', (line) => {
    const [flowRunId = '', at = ''] = line.split(' ');
    entry(flowRunId).resolve(BigInt(at));
  });
  return {
    path,
    async stampOf(flowRunId) {
      const known = entry(flowRunId);
      const never = () => known.reject(new Error(`run ${flowRunId} never reached its first line`));
      const timer = clock.setTimer(PATIENCE_MS, never);
      const at = await known.promise;
      timer.cancel();
      stamps.delete(flowRunId);
      return at;
    },
    [Symbol.dispose]: () => socket.destroy(),
  };
}
