import { Logger, type Runner, run, type TaskList } from 'graphile-worker';

export interface GraphileWorkerOptions {
  readonly url: string;
  readonly tasks: TaskList;
  /** Its documented fastest setting; otherwise its default. */
  readonly batched: boolean;
}

const CONCURRENT_JOBS = 24;

/** A worker with 24 jobs at once. */
export function startGraphileWorker({ url, tasks, batched }: GraphileWorkerOptions): Promise<Runner> {
  const worker = {
    concurrentJobs: CONCURRENT_JOBS,
    ...(batched && { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }),
  };
  return run({
    connectionString: url,
    taskList: tasks,
    noHandleSignals: true,
    logger: new Logger(() => () => undefined),
    preset: { worker },
  });
}
