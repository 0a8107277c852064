import { hostname } from 'node:os';
import type { OnStop } from '@millrace/agent';
import { serviceUrls } from '@millrace/settings';
import type { Invocation } from '../command.ts';
import { processLogger } from '../process-logger.ts';
import { untilAborted } from '../until-aborted.ts';

export async function run({ input, output, settings, environment, clock, stop }: Invocation): Promise<undefined> {
  const name = input.text('name') ?? hostname();
  const onStop = onStopOf(input.text('on-stop'));
  const { startAgent } = await import('@millrace/agent');
  await using agent = await startAgent({
    urls: serviceUrls(settings),
    name,
    workQueues: input.arguments,
    slots: input.integer('slots'),
    home: settings.home,
    clock,
    log: processLogger('agent', settings),
    environment,
    ...(onStop !== undefined && { onStop }),
  });
  if (output.json) output.value({ id: agent.id, name, workQueues: [...input.arguments] });
  else
    output.line(
      `Agent '${name}' takes runs from ${input.arguments.map((queue) => `'${queue}'`).join(', ')}. Ctrl-C stops it.`,
    );
  await untilAborted(stop);
  output.note('Stopping…');
}

function onStopOf(choice: string | undefined): OnStop | undefined {
  return choice === 'wait' || choice === 'cancel' || choice === 'leave' ? choice : undefined;
}
