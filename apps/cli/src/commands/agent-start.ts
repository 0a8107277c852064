import { hostname } from 'node:os';
import { serviceUrls } from '@millrace/settings';
import type { Invocation } from '../command.ts';
import { processLogger } from '../process-logger.ts';
import { untilAborted } from '../until-aborted.ts';

export async function run({ input, output, settings, environment, clock, stop }: Invocation): Promise<undefined> {
  const name = input.text('name') ?? hostname();
  const { startAgent } = await import('@millrace/agent');
  await using agent = await startAgent({
    urls: serviceUrls(settings),
    name,
    workQueues: input.arguments,
    slots: input.integer('slots'),
    home: settings.home,
    clock,
    log: processLogger('agent', settings, environment),
    environment,
  });
  if (output.json) output.value({ id: agent.id, name, workQueues: [...input.arguments] });
  else
    output.line(
      `Agent '${name}' takes runs from ${input.arguments.map((queue) => `'${queue}'`).join(', ')}. Ctrl-C stops it.`,
    );
  await untilAborted(stop);
  output.note('Stopping…');
}
