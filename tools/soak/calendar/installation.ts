import type { VirtualClock } from '@millrace/clock/virtual';
import { DeploymentService } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { type Database, ensurePartitions, openDatabase, openSignals } from '@millrace/db';
import { startDeployments } from '@millrace/deployments';
import { openHttp } from '@millrace/rpc/http-client';
import { startRpcServer } from '@millrace/rpc/server';
import { startScheduler } from '@millrace/scheduler';
import { openSecretBox } from '@millrace/service';
import { silentLogger } from '@millrace/telemetry';
import type { Act } from './plan.ts';
import { scheduleMessage } from './schedule-message.ts';
import { watchSleepers } from './sleepers.ts';

/** The deployments app behind a real port, and as many schedulers as there are to be, all on one virtual clock. */
export interface CalendarInstallation extends AsyncDisposable {
  readonly database: Database;
  /** Does it, as a client of the server. */
  perform(act: Act): Promise<void>;
  /** Stops the schedulers that there are, and starts others. */
  startSchedulers(count: number): Promise<void>;
  /** Until the loops that schedules live by wait for their next pass, in every scheduler. */
  untilIdle(): Promise<void>;
  /** What loops have failed with, and how often. */
  failures(): readonly string[];
}

// Nothing is forgotten while it is still to be judged.
const retention = { runsDays: 9_999, logsDays: 9_999, firesDays: 9_999 };
const secrets = openSecretBox({ keys: [Buffer.alloc(32, 7).toString('base64')], home: '/nowhere' });
const log = silentLogger();
const MINUTE_MS = 60_000;
// They look each minute or less often, and a step of the clock is no shorter: to wait for them would be most of the time.
const slowLoops = ['forget-agents', 'make-partitions', 'retention'];

/** On a database that has its tables. */
export async function startCalendarInstallation(url: string, clock: VirtualClock): Promise<CalendarInstallation> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(openDatabase({ url, schema: 'millrace', applicationName: 'calendar soak' }));
  await ensurePartitions(database, clock.now());
  const signals = stack.use(await openSignals(database, { clock }));
  const { services } = stack.use(await startDeployments({ database, signals, clock, log, secrets }));
  const options = { host: '127.0.0.1', port: 0, app: 'soak', services: [...services], clock, log };
  const server = stack.use(await startRpcServer(options));
  const client = stack.use(openHttp(server.url, { actor: 'soak' })).client(DeploymentService);
  const failures: string[] = [];
  let schedulers: Scheduler[] = [];
  const stop = async () => {
    const stopped = schedulers;
    schedulers = [];
    for (const scheduler of stopped) failures.push(...scheduler.failures());
    await Promise.all(stopped.map((scheduler) => scheduler[Symbol.asyncDispose]()));
  };
  stack.defer(stop);
  const started = stack.move();
  return {
    database,
    async perform(act) {
      const name = act.deployment;
      if (act.kind === 'switch') {
        const key = { case: 'name' as const, value: `calendar/${name}` };
        await client.setScheduleActive({ key, active: act.active, ...(act.slug !== null && { slug: act.slug }) });
        return;
      }
      await client.createDeployment({
        ...{ flow: { case: 'flowName', value: 'calendar' }, name, flowData },
        schedules: act.schedules.map(scheduleMessage),
      });
    },
    async startSchedulers(count) {
      await stop();
      schedulers = await Promise.all(Array.from({ length: count }, () => openScheduler(url, clock)));
    },
    untilIdle: async () => void (await Promise.all(schedulers.map((scheduler) => scheduler.untilIdle()))),
    failures: () => [...failures, ...schedulers.flatMap((scheduler) => scheduler.failures())],
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

const flowData = { encoding: 'json', blob: new Uint8Array(Buffer.from('{}')) };

interface Scheduler extends AsyncDisposable {
  untilIdle(): Promise<void>;
  failures(): string[];
}

/** With connections of its own, as another process has them. */
async function openScheduler(url: string, virtual: VirtualClock): Promise<Scheduler> {
  await using stack = new AsyncDisposableStack();
  const { clock, untilAsleep } = watchSleepers(virtual, MINUTE_MS - 1);
  const database = stack.use(
    openDatabase({ url, schema: 'millrace', applicationName: 'calendar scheduler', poolSize: 4 }),
  );
  const signals = stack.use(await openSignals(database, { clock: virtual }));
  const app = stack.use(await startScheduler({ database, signals, clock, log, secrets, retention }));
  const loops = () => app.loops?.() ?? [];
  const started = stack.move();
  return {
    untilIdle: () => untilAsleep(loops().filter(({ name }) => !slowLoops.includes(name)).length),
    failures: () =>
      loops().flatMap(({ name, failures, lastError }) =>
        failures > 0 ? [`the loop ${name} failed ${failures} times, last with: ${lastError ?? 'nothing'}`] : [],
      ),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
