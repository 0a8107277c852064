import { existsSync } from 'node:fs';
import { appendFile, watch } from 'node:fs/promises';
import { join } from 'node:path';
import { deployment, flow } from 'millrace';
import { z } from 'zod';
import { describeRun } from './describe-run.ts';

/** Says in a file that it began, and ends once another file is there. */
export const waiting = flow(
  { name: 'waiting', parameters: z.object({ folder: z.string(), run: z.string() }) },
  async ({ folder, run }) => {
    await appendFile(join(folder, 'starts.log'), `${run}\n`);
    console.log(describeRun(run, 'began'));
    const go = join(folder, 'go');
    for await (const _ of changes(folder)) if (existsSync(go)) break;
    console.log(describeRun(run, 'goes on'));
    return { run };
  },
);

export const waits = deployment({ flow: waiting, name: 'waits', tags: ['e2e'] });

async function* changes(folder: string) {
  // Asked for the first change before the first look, so that none is missed in between.
  const events = watch(folder)[Symbol.asyncIterator]();
  for (let next = events.next(); ; next = events.next()) {
    yield undefined;
    await next;
  }
}
