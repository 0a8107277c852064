import { type DeploymentSpec, loadDeployments } from 'millrace';
import type { Invocation } from '../command.ts';
import { consoleToStderr } from '../console-to-stderr.ts';
import { shellWord } from '../shell-word.ts';

export async function run({ input, output }: Invocation): Promise<undefined> {
  const loaded = await load(input.argument, (warning) => output.note(`warning: ${warning}`));
  for (const [index, { flowName, name, spec }] of loaded.entries()) {
    const preview = previewOf(spec);
    if (output.json) {
      output.value({ deployment: `${flowName}/${name}`, flow_runner: runnerOf(spec).type, preview });
      continue;
    }
    if (index > 0) output.line();
    output.line(`Preview for '${flowName}/${name}':`);
    for (const line of preview) output.line(`    ${line}`);
  }
}

async function load(file: string, warn: (warning: string) => void) {
  using _ = consoleToStderr();
  return loadDeployments(file, { warn });
}

function runnerOf({ flowRunner }: DeploymentSpec) {
  return flowRunner ?? { type: 'universal', config: {} };
}

/** What an agent does for a run, as a shell would be told. */
function previewOf(spec: DeploymentSpec): string[] {
  const { type, config } = runnerOf(spec);
  if (type !== 'universal' && type !== 'subprocess') return [`flow runner '${type}': ${JSON.stringify(config)}`];
  const { env = {}, working_directory: folder } = config as {
    env?: Record<string, string>;
    working_directory?: string;
  };
  return [
    ...(folder === undefined ? [] : [`cd ${shellWord(folder)}`]),
    ...Object.entries(env).map(([name, value]) => `${name}=${isSecret(name) ? '********' : shellWord(value)} \\`),
    'node millrace/engine  # a process of its own, which gets the run from the agent',
  ];
}

// Whoever sees the preview need not be who may see these.
function isSecret(name: string): boolean {
  return /secret|token|passw|api_?key|private_?key|credential/i.test(name);
}
