import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { startAgent } from '@millrace/agent';
import type { Clock } from '@millrace/clock';
import type { Settings } from '@millrace/settings';
import { MillraceClient } from 'millrace/client';
import { processLogger } from '../process-logger.ts';
import { languageOf } from '../source-language.ts';
import { untilAborted } from '../until-aborted.ts';
import { CommandError } from '../usage-error.ts';
import { Deployer } from './deployer.ts';
import type { DevEvent } from './dev-event.ts';
import { ensureQueue } from './ensure-queue.ts';
import { openServer } from './open-server.ts';
import { reloadOnChange } from './reload-on-change.ts';
import { followRuns, type RunFollower } from './run-follower.ts';
import { RunWatch } from './run-watch.ts';
import { uiAt } from './ui-at.ts';

const QUEUE = 'default';

export interface DevOptions {
  /** The modules whose deployments are created. */
  readonly files: readonly string[];
  /** The server's port on this machine, 0 for any that is free. Default: the address that the settings say. */
  readonly port?: number | undefined;
  /** Who acts, and the agent's name. */
  readonly name: string;
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly tell: (event: DevEvent) => void;
  /** Given up when this is aborted: what was started by then is ended, and the call rejects with its reason. */
  readonly stop: AbortSignal;
}

/** All that it takes to develop flows, at work. Disposing ends what was started here, running work first. */
export interface Dev extends AsyncDisposable, RunFollower {
  /** The server's address. */
  readonly url: string;
  /** Where the server shows itself to a browser, if it does. */
  readonly uiUrl: string | undefined;
  readonly client: MillraceClient;
  /** The names of what the first load deployed; none where that failed. */
  readonly deployments: readonly string[];
}

/** Starts a server unless one answers, an agent and its queue; deploys the files, now and whenever they change. */
export async function startDev(options: DevOptions): Promise<Dev> {
  const { settings, environment, clock, tell, stop } = options;
  const files = await modulesAt(options.files);
  await using stack = new AsyncDisposableStack();
  const onProgress = (text: string) => tell({ event: 'progress', text });
  const server = stack.use(await openServer({ settings, port: options.port, clock, onProgress }));
  stop.throwIfAborted();
  const { url, urls } = server;
  tell({ event: 'server', url, started: server.started });

  const client = stack.use(new MillraceClient({ urls, actor: options.name, clock }));
  const ended = new AbortController();
  stack.defer(() => ended.abort());
  const runs = followRuns({ client, tell, ended: ended.signal });
  tell({ event: 'workQueue', name: QUEUE, created: await ensureQueue(client, QUEUE, stop) });
  const log = processLogger('agent', settings);
  const agent = stack.use(
    await startAgent({ urls, name: options.name, workQueues: [QUEUE], home: settings.home, clock, log, environment }),
  );
  tell({ event: 'agent', id: agent.id, name: agent.name, workQueue: QUEUE });

  // Before anything is loaded: what is said after the first load must not wait, or the next change is told before it.
  const uiUrl = await uiAt(urls.deployments, clock, stop);
  const first = Promise.withResolvers<readonly string[]>();
  const deployer = new Deployer({ files, client, urls, environment, tell });
  const watch = new RunWatch({
    client,
    tell,
    onStarted: (flowRunId) => void runs.follow(flowRunId),
    onConnection: (state) => {
      tell({ event: state === 'lost' ? 'connectionLost' : 'connectionRestored', url });
      if (state === 'restored') reloading.now();
    },
    ended: ended.signal,
  });
  watch.watch([]);
  const onDeployed = (names: readonly string[]) => {
    if (names.length > 0) watch.watch(names);
    first.resolve(names);
  };
  const reloading = stack.use(reloadOnChange({ files, clock, deployer, tell, onDeployed }));
  await Promise.race([first.promise, untilAborted(stop)]);
  stop.throwIfAborted();
  const started = stack.move();
  return {
    url,
    uiUrl,
    client,
    deployments: await first.promise,
    follow: runs.follow,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** Absolute paths. What can't ever be loaded is told before anything is started. */
async function modulesAt(paths: readonly string[]): Promise<readonly string[]> {
  for (const path of paths) {
    languageOf(path);
    const isFile = await stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!isFile) throw new CommandError(`there is no file ${resolve(path)}`);
  }
  return paths.map((path) => resolve(path));
}
