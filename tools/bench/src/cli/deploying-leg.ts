import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { Leg } from '../harness/scenario.ts';

export interface DeployingLegOptions {
  readonly name: string;
  /** Where `millrace` is installed. */
  readonly folder: string;
  /** The script of the command line. */
  readonly millrace: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly deployments: number;
  /** Whether each call has deployments that were not there before; else they are as they were. */
  readonly areNew: boolean;
}

const file = `import { deployment, every, flow } from 'millrace';
const report = flow('report', async () => {});
for (let number = 0; number < Number(process.env.DEPLOYMENTS); number++)
  deployment({ flow: report, name: \`\${process.env.NAMED} \${number}\`, tags: ['many'], schedule: every('1d'), parameters: { number } });
`;

interface Reply {
  readonly results: readonly { readonly created?: boolean }[];
}

/** `deployment create` of a file with many deployments, from its start to its end. */
export function deployingLeg(options: DeployingLegOptions): Leg {
  const { name, folder, millrace, deployments, areNew } = options;
  let round = 0;
  const deploy = async (named: string) => {
    const env = { ...options.environment, DEPLOYMENTS: String(deployments), NAMED: named };
    const began = process.hrtime.bigint();
    const child = spawn(process.execPath, [millrace, 'deployment', 'create', join(folder, 'many.mjs'), '--json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env,
    });
    const [{ results }] = await Promise.all([json(child.stdout) as Promise<Reply>, once(child, 'exit')]);
    const tookMs = Number(process.hrtime.bigint() - began) / 1e6;
    return { tookMs, created: results.filter(({ created }) => created).length };
  };
  return {
    name,
    async run() {
      await writeFile(join(folder, 'many.mjs'), file);
      round += 1;
      const named = areNew ? `new ${round}` : 'same';
      if (!areNew) await deploy(named);
      const { tookMs, created } = await deploy(named);
      if (created !== (areNew ? deployments : 0)) throw new Error(`${created} deployments were created`);
      return { kind: 'times', samplesMs: [tookMs], rows: { created } };
    },
  };
}
