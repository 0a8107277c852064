import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { systemClock } from '@millrace/clock';
import { untilSignal } from '@millrace/service/until-signal';
import { readSettings, serviceUrls, unknownVariables } from '@millrace/settings';
import { createLogger } from '@millrace/telemetry';
import type { OnStop } from './end-runs.ts';
import { startAgent } from './start.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'work-queue': { type: 'string', multiple: true },
    slots: { type: 'string' },
    name: { type: 'string' },
    'on-stop': { type: 'string' },
  },
});
const settings = readSettings(process.env);
const onStop = values['on-stop'] ?? 'wait';
if (!isOnStop(onStop)) throw new Error(`--on-stop ${onStop}: wait, cancel or leave is accepted`);
const slots = values.slots === undefined ? undefined : Number(values.slots);
if (slots !== undefined && !(Number.isInteger(slots) && slots > 0))
  throw new Error('--slots: a number from 1 is accepted');
const workQueues = [...positionals, ...(values['work-queue'] ?? [])];
if (workQueues.length === 0) throw new Error('which work queues? name at least one');
const log = createLogger({ name: 'agent', level: settings.logLevel ?? 'info' });
for (const line of unknownVariables(process.env)) log.warn(line);
await using agent = await startAgent({
  urls: serviceUrls(settings),
  name: values.name ?? `${hostname()}-${process.pid}`,
  workQueues,
  slots,
  home: settings.home,
  clock: systemClock,
  log,
  environment: process.env,
  onStop,
});
log.info({ agent: agent.id }, 'ready');
log.info({ signal: await untilSignal() }, 'stopping');

function isOnStop(text: string): text is OnStop {
  return text === 'wait' || text === 'cancel' || text === 'leave';
}
