import { commandPrefix, type Dev, shellWord } from '@millrace/cli';
import type { Environment } from '@millrace/settings';

/** Hints for after the first run. */
export function whatToTry({ url, uiUrl }: Dev, deployment: string, environment: Environment): string[] {
  const commands = [
    'flow-run ls',
    `deployment run ${shellWord(deployment)} -p name=Ford --watch`,
    'deployment ls',
    '--help',
  ];
  return [
    '',
    'Scheduled runs follow, and what you change in examples/hello is deployed. To try, in another terminal:',
    ...commands.map((each) => `    ${commandPrefix(url, environment)}npx millrace ${each}`),
    ...(uiUrl === undefined ? [] : [`In a browser: ${uiUrl}`]),
    'Ctrl-C stops everything.',
    '',
  ];
}
