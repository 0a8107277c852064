import { Logger, type Runner, run, type TaskList } from 'graphile-worker';

export interface GraphileWorkerOptions {
  readonly url: string;
  readonly tasks: TaskList;
  /** With the local queue and the batches of its own benchmark; otherwise a job at a time is fetched and completed. */
  readonly batched: boolean;
}

const CONCURRENT_JOBS = 24;

/** A worker with 24 jobs at once, and a connection for each, as its own benchmark has it. */
export function startGraphileWorker({ url, tasks, batched }: GraphileWorkerOptions): Promise<Runner> {
  const worker = {
    concurrentJobs: CONCURRENT_JOBS,
    maxPoolSize: CONCURRENT_JOBS + 1,
    ...(batched && {
      localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    }),
  };
  return run({
    connectionString: url,
    taskList: tasks,
    noHandleSignals: true,
    // What it warns of would hold it back.
    logger: new Logger(() => (level, message) => {
      if (level === 'error' || level === 'warning') process.stderr.write(`graphile-worker: ${message}\n`);
    }),
    preset: { worker },
  });
}
