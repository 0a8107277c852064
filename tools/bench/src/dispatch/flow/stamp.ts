import { appendFileSync } from 'node:fs';
import { deployment, flow, type RunContext } from 'millrace';

interface Stamp {
  /** The pipe that the benchmark listens on. */
  readonly pipe: string;
}

const stamp = flow('bench-stamp', ({ pipe }: Stamp, { run }: RunContext) => {
  // The first line of user code. On Linux this clock is one for all processes of a machine.
  const at = process.hrtime.bigint();
  appendFileSync(pipe, `${run.id} ${at}\n`);
});

export const warm = deployment({ flow: stamp, name: 'warm', tags: ['warm'] });
export const cold = deployment({ flow: stamp, name: 'cold', tags: ['cold'] });
