import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { deployment, every, flow, type RunContext } from 'millrace';
import { z } from 'zod';

const parameters = z.object({
  /** Where it writes its lines, as `<name>.log`. */
  folder: z.string(),
  name: z.string(),
  ms: z.number(),
});

/** Says when it begins and when it ends, and takes its time between. */
async function slow({ folder, name, ms }: z.infer<typeof parameters>, { run }: RunContext) {
  const note = (what: string) => appendFileSync(join(folder, `${name}.log`), `${what} ${run.id} ${process.pid}\n`);
  note('start');
  await setTimeout(ms);
  note('end');
}

export const slowly = flow({ name: 'slow', parameters }, slow);

/** The folder is given by who creates them. */
export const skipping = deployment({ flow: slowly, name: 'skip', schedule: every('1d', { overlap: 'skip' }) });
export const buffering = deployment({
  ...{ flow: slowly, name: 'buffer-one' },
  schedule: every('1d', { overlap: 'buffer-one' }),
});
