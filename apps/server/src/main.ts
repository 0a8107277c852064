import { systemClock } from '@millrace/clock';
import { serveFlagsOfProcess } from '@millrace/service';
import { untilSignal } from '@millrace/service/until-signal';
import { readSettings, unknownVariables } from '@millrace/settings';
import { createLogger } from '@millrace/telemetry';
import { startServer } from './start.ts';

const { host, port, insecure, allowedHosts, on } = serveFlagsOfProcess(['no-ui']);
const settings = readSettings(process.env);
const log = createLogger({ name: 'server', level: settings.logLevel ?? 'info' });
for (const line of unknownVariables(process.env)) log.warn(line);
await using server = await startServer({
  ...settings,
  host,
  insecure,
  ...(port === undefined ? {} : { port }),
  allowedHosts: [...settings.allowedHosts, ...allowedHosts],
  ui: !on.has('no-ui'),
  clock: systemClock,
  log,
  onProgress: (line) => log.info(line),
});
log.info({ url: server.url }, 'ready');
log.info({ signal: await untilSignal() }, 'stopping');
