import type { Environment } from '@millrace/settings';
import type { Invocation } from '../command.ts';
import { type DevEvent, wordsOf } from '../dev/dev-event.ts';
import { runCommand } from '../dev/run-command.ts';
import { type Dev, startDev } from '../dev/start-dev.ts';
import type { Output } from '../output.ts';
import { readPort } from '../read-port.ts';
import { untilAborted } from '../until-aborted.ts';

export async function run(invocation: Invocation): Promise<undefined> {
  const { input, output, settings, environment, clock, stop } = invocation;
  const port = readPort(input.integer('port'));
  const tell = (event: DevEvent) => show(event, output);
  try {
    await using dev = await startDev({
      files: input.arguments,
      port,
      name: 'millrace dev',
      settings,
      environment,
      clock,
      tell,
      stop,
    });
    if (!output.json) for (const line of hints(dev, environment)) output.line(line);
    await untilAborted(stop);
    output.note('Stopping…');
  } catch (error) {
    // Given up before it was all there: that is what was asked for.
    if (error !== stop.reason) throw error;
  }
}

function show(event: DevEvent, output: Output): void {
  if (output.json) output.value(event);
  else if (event.event === 'loading') output.note(event.line, event.line.startsWith('error: ') ? 'red' : undefined);
  else output.line(wordsOf(event));
}

function hints({ url, uiUrl, deployments: [name] }: Dev, environment: Environment): string[] {
  return [
    '',
    ...(uiUrl === undefined ? [] : [`In a browser: ${uiUrl}`]),
    ...(name === undefined ? [] : ['To run it now, in another terminal:', `    ${runCommand(name, url, environment)}`]),
    'Every change of the file, and of what it imports, is deployed. Ctrl-C stops everything.',
    '',
  ];
}
