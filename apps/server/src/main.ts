import { parseArgs } from 'node:util';
import { systemClock } from '@millrace/clock';
import { untilSignal } from '@millrace/service/until-signal';
import { readSettings } from '@millrace/settings';
import { createLogger } from '@millrace/telemetry';
import { startServer } from './start.ts';

const { values } = parseArgs({
  options: { host: { type: 'string' }, port: { type: 'string' }, 'no-ui': { type: 'boolean', default: false } },
});
const settings = readSettings(process.env);
const log = createLogger({ name: 'server', level: settings.logLevel });
await using server = await startServer({
  ...settings,
  ...(values.host === undefined ? {} : { host: values.host }),
  ...(values.port === undefined ? {} : { port: Number(values.port) }),
  ui: !values['no-ui'],
  clock: systemClock,
  log,
  onProgress: (line) => log.info(line),
});
log.info({ url: server.url }, 'ready');
log.info({ signal: await untilSignal() }, 'stopping');
