import type { Invocation } from '../command.ts';
import { importServer } from '../import-server.ts';
import { processLogger } from '../process-logger.ts';
import { readPort } from '../read-port.ts';
import { untilAborted } from '../until-aborted.ts';

export async function run({ input, output, settings, clock, stop }: Invocation): Promise<undefined> {
  const host = input.text('host');
  const port = readPort(input.integer('port')) ?? settings.port;
  const { startServer } = await importServer();
  await using server = await startServer({
    home: settings.home,
    ...(host !== undefined && { host }),
    port,
    insecure: input.on('insecure'),
    allowedHosts: [...settings.allowedHosts, ...input.texts('allowed-host')],
    ui: !input.on('no-ui'),
    databaseUrl: input.text('database-url') ?? settings.databaseUrl,
    databaseSchema: settings.databaseSchema,
    encryptionKeys: settings.encryptionKeys,
    retention: settings.retention,
    clock,
    log: processLogger('server', settings),
    onProgress: (line) => output.note(line),
  });
  if (output.json) output.value({ url: server.url });
  else output.line(`Millrace server at ${server.url}. Ctrl-C stops it.`);
  await untilAborted(stop);
  output.note('Stopping…');
}
