import { systemClock } from '@millrace/clock';
import { isDatabaseAway, openInstallation } from '@millrace/db';
import { startRpcServer } from '@millrace/rpc/server';
import { readSettings, unknownVariables } from '@millrace/settings';
import { createLogger } from '@millrace/telemetry';
import type { AppOptions, RunningApp } from './running-app.ts';
import { openSecretBox } from './secret-box.ts';
import { serveFlagsOfProcess } from './serve-flags.ts';
import { untilSignal } from './until-signal.ts';

/** An app as a process of its own. */
export interface ServedApp {
  readonly name: string;
  readonly defaultPort: number;
  readonly start: (options: AppOptions) => Promise<RunningApp>;
}

/** Reads settings and flags, starts, serves until a signal, and stops in the reverse order. */
export async function serveApp(app: ServedApp): Promise<void> {
  const { host, port = app.defaultPort, allowedHosts } = serveFlagsOfProcess();
  const settings = readSettings(process.env);
  if (!settings.databaseUrl)
    throw new Error('MILLRACE_DATABASE_URL is not set; "millrace server start" brings a database of its own');
  const log = createLogger({ name: app.name, level: settings.logLevel ?? 'info' });
  for (const line of unknownVariables(process.env)) log.warn(line);
  await using stack = new AsyncDisposableStack();
  const installation = stack.use(
    await openInstallation({
      databaseUrl: settings.databaseUrl,
      databaseSchema: settings.databaseSchema,
      applicationName: `millrace ${app.name}`,
      clock: systemClock,
      onError: (error) => log.warn({ err: error }, 'the database is in trouble; it is tried again'),
    }),
  );
  const { database, signals, clock } = installation;
  const secrets = openSecretBox({ keys: settings.encryptionKeys, home: settings.home });
  const running = stack.use(await app.start({ database, signals, clock, log, secrets, retention: settings.retention }));
  const server = stack.use(
    await startRpcServer({
      host,
      port,
      allowedHosts: [...settings.allowedHosts, ...allowedHosts],
      app: app.name,
      isPassing: isDatabaseAway,
      services: [...running.services],
      ...(running.loops && { loops: running.loops }),
      clock: systemClock,
      log,
    }),
  );
  stack.defer(() => running.drain?.());
  log.info({ url: server.url }, 'ready');
  const signal = await untilSignal();
  log.info({ signal }, 'stopping');
}
