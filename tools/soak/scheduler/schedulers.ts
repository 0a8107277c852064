import { join } from 'node:path';
import type { Clock } from '@millrace/clock';
import { type AppProcess, startApp } from '../app-process.ts';

export interface SchedulersOptions {
  readonly url: string;
  /** For their logs and their home. */
  readonly folder: string;
  readonly count: number;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

/** One of the places in which a scheduler runs, and the process that does so now. */
export interface Place {
  readonly name: string;
  process: AppProcess;
}

/** Scheduler processes on one database. */
export interface Schedulers extends AsyncDisposable {
  readonly running: readonly Place[];
  /** What a supervisor does for one that has ended. */
  restart(place: Place): Promise<void>;
  /** Asks all to end; gives what went wrong in that. */
  end(): Promise<string[]>;
}

/** Another app on the same database. */
export function startAppOn(app: 'deployments' | 'scheduler', name: string, options: SchedulersOptions) {
  const { url, folder, clock, stop } = options;
  const environment = { MILLRACE_DATABASE_URL: url, MILLRACE_HOME: folder };
  const logFile = join(folder, `${name}.log`);
  return startApp({ app, args: ['--port', '0'], environment, logFile, clock, stop });
}

export async function startSchedulers(options: SchedulersOptions): Promise<Schedulers> {
  const names = Array.from({ length: options.count }, (_, index) => `scheduler-${index}`);
  const running: Place[] = [];
  const dispose = async () => void (await Promise.all(running.map(({ process }) => process[Symbol.asyncDispose]())));
  try {
    // One after the other: the first makes the tables.
    for (const name of names) running.push({ name, process: await startAppOn('scheduler', name, options) });
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    running,
    async restart(place) {
      place.process = await startAppOn('scheduler', place.name, options);
    },
    async end() {
      await dispose();
      const codes = await Promise.all(running.map(({ process }) => process.exited));
      return codes.flatMap((code, index) =>
        code === 0 ? [] : [`${names[index]} ended with ${code ?? 'a signal'} when it was asked to end`],
      );
    },
    [Symbol.asyncDispose]: dispose,
  };
}
