// An agent that keeps no process waiting: each run starts one. As apps/agent/src/main.ts otherwise.
import { startAgent } from '@millrace/agent';
import { systemClock } from '@millrace/clock';
import { untilSignal } from '@millrace/service/until-signal';
import { readSettings, serviceUrls } from '@millrace/settings';
import { createLogger } from '@millrace/telemetry';

const [queue = ''] = process.argv.slice(2);
const settings = readSettings(process.env);
const log = createLogger({ name: 'agent', level: settings.logLevel ?? 'info' });
await using agent = await startAgent({
  urls: serviceUrls(settings),
  name: 'without a pool',
  workQueues: [queue],
  idleProcesses: 0,
  home: settings.home,
  clock: systemClock,
  log,
  environment: process.env,
});
log.info({ agent: agent.id }, 'ready');
await untilSignal();
