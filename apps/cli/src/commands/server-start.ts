import type { Invocation } from '../command.ts';
import { processLogger } from '../process-logger.ts';
import { untilAborted } from '../until-aborted.ts';
import { UsageError } from '../usage-error.ts';

const LARGEST_PORT = 65_535;

export async function run({ input, output, settings, environment, clock, stop }: Invocation): Promise<undefined> {
  const host = input.text('host');
  const port = input.integer('port');
  if (port !== undefined && port > LARGEST_PORT)
    throw new UsageError(`--port ${port}: at most ${LARGEST_PORT} is accepted`);
  const { startServer } = await import('@millrace/server');
  await using server = await startServer({
    home: settings.home,
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    insecure: input.on('insecure'),
    ui: !input.on('no-ui'),
    databaseUrl: input.text('database-url') ?? settings.databaseUrl,
    databaseSchema: settings.databaseSchema,
    clock,
    log: processLogger('server', settings, environment),
    onProgress: (line) => output.note(line),
  });
  if (output.json) output.value({ url: server.url });
  else output.line(`Millrace server at ${server.url}. Ctrl-C stops it.`);
  await untilAborted(stop);
  output.note('Stopping…');
}
