import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import process from 'node:process';
import type { Client } from '@connectrpc/connect';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { LogService } from '@millrace/contracts/millrace/v1/log_service_pb';
import { TransitionService } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { openHttp } from '@millrace/rpc/http-client';
import { processSettings, type ServiceUrls } from '@millrace/settings';
import type { RunServices } from '../engine/http-transport.ts';
import { type KeptHolder, keepHolder } from '../engine/keep-holder.ts';
import type { HeldRun } from '../engine/keep-holder-worker.ts';
import { everywhere, findServer } from './find-server.ts';
import { serverOfProcess, useServer } from './server-of-process.ts';
import { startServer } from './start-server.ts';

/** The runs of flows that this process calls: it is their holder, and its lease is renewed as long as there are some. */
export class CalledRuns {
  readonly urls: ServiceUrls;
  /** Who makes and ends them, for the history. */
  readonly actor = serverOfProcess()?.isEngine ? 'engine' : 'program';
  /** Under which the server knows this process. */
  readonly holder = { holderId: randomUUID(), name: `${this.actor} ${process.pid} on ${hostname()}` };
  readonly flowRuns: Client<typeof FlowRunService>;
  readonly services: RunServices;
  readonly #held = new Map<string, { readonly run: HeldRun; readonly lost: (why: string) => void }>();
  #keeper: KeptHolder | undefined;

  constructor(urls: ServiceUrls) {
    this.urls = urls;
    const channel = openHttp(urls.orchestrator, { actor: this.actor });
    this.flowRuns = channel.client(FlowRunService);
    this.services = { transitions: channel.client(TransitionService), logs: channel.client(LogService) };
  }

  /** Keeps a run that was made for this holder, until it is released. */
  hold(run: HeldRun, lost: (why: string) => void): Disposable {
    this.#held.set(run.flowRunId, { run, lost });
    this.#tell();
    return {
      [Symbol.dispose]: () => {
        this.#held.delete(run.flowRunId);
        this.#tell();
      },
    };
  }

  #tell(): void {
    const runs = Array.from(this.#held.values(), ({ run }) => run);
    if (this.#keeper) this.#keeper.hold(runs);
    else this.#keeper = this.#keep(runs);
  }

  #keep(runs: readonly HeldRun[]): KeptHolder {
    const keeper = keepHolder({
      ...{ holder: this.holder, runs, orchestratorUrl: this.urls.orchestrator, endsProcess: false },
      lost: (ids) => this.#lose(ids, 'the server gave it up, as nothing was heard of this process for too long'),
      fail: (error) => this.#lose([...this.#held.keys()], `its lease can't be renewed: ${String(error)}`),
    });
    // It is for the flows to keep the process alive.
    keeper.unref();
    return keeper;
  }

  #lose(flowRunIds: readonly string[], why: string): void {
    for (const id of flowRunIds) this.#held.get(id)?.lost(why);
  }
}

// On globalThis under a registered symbol: a program and a package that it uses may each have a copy of this one.
const key = Symbol.for('millrace.called-runs');
const holder = globalThis as { [key]?: Promise<CalledRuns> | undefined };

/**
 * Those of this process. The server is the one that gave this process its run, else one that is found, else one that is
 * started. Throws a NoServerError where there is none.
 */
export function calledRuns(): Promise<CalledRuns> {
  const opened = holder[key] ?? open();
  holder[key] = opened;
  opened.catch(() => forget(opened));
  return opened;
}

/** The next call looks for a server anew, if it was only found, since that may have ended. Gives whether it does. */
export function forgetServer(): boolean {
  if (serverOfProcess()?.isEngine || processSettings().isServerGiven) return false;
  useServer(undefined);
  holder[key] = undefined;
  return true;
}

function forget(opened: Promise<CalledRuns>): void {
  if (holder[key] === opened) holder[key] = undefined;
}

async function open(): Promise<CalledRuns> {
  const known = serverOfProcess();
  if (known) return new CalledRuns(known.urls);
  const settings = processSettings();
  const urls = (await findServer(settings)) ?? everywhere(await startServer(settings));
  useServer({ urls, isEngine: false });
  return new CalledRuns(urls);
}
