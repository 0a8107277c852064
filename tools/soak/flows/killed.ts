import { appendFileSync, existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { deployment, flow, type RunContext } from 'millrace';
import { z } from 'zod';

const parameters = z.object({
  /** Shared with the one who kills: holds `run.log` and, in the end, `go`. */
  folder: z.string(),
  /** Whether to say something after `go`. */
  lastWords: z.boolean(),
});

async function wait({ folder, lastWords }: z.infer<typeof parameters>, { run }: RunContext) {
  const note = (what: string) => appendFileSync(join(folder, 'run.log'), `${what} ${run.attempt} ${process.pid}\n`);
  note('start');
  console.log(`attempt ${run.attempt} began`);
  await appears(folder, 'go');
  if (lastWords) console.log(`attempt ${run.attempt} goes on`);
  note('end');
  return { attempt: run.attempt };
}

function appears(folder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!existsSync(join(folder, name))) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, look);
    look();
  });
}

export const once = flow({ name: 'killed-once', parameters }, wait);
export const again = flow({ name: 'killed-and-retried', parameters, retries: 1, retryDelay: '1s' }, wait);

export const withoutRetries = deployment({ flow: once, name: 'soak' });
export const withRetry = deployment({ flow: again, name: 'soak' });
