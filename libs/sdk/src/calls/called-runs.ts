import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import process from 'node:process';
import type { Client } from '@connectrpc/connect';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { LogService } from '@millrace/contracts/millrace/v1/log_service_pb';
import { TransitionService } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { openHttp } from '@millrace/rpc/http-client';
import { type ProcessSettings, processSettings, type ServiceUrls } from '@millrace/settings';
import type { RunServices } from '../engine/http-transport.ts';
import { type KeptHolder, keepHolder } from '../engine/keep-holder.ts';
import type { HeldRun, Holding } from '../engine/keep-holder-worker.ts';
import { everywhere, findServer } from './find-server.ts';
import { type ServerOfProcess, serverOfProcess, useServer } from './server-of-process.ts';
import { startServer } from './start-server.ts';

/** What a called flow is reported to. */
export interface CallServices extends RunServices {
  readonly flowRuns: Client<typeof FlowRunService>;
}

/** The runs of flows that this process calls: it is their holder, and its lease is renewed as long as there are some. */
export class CalledRuns {
  /** Who makes and ends them, for the history. */
  readonly actor: string;
  /** Under which the server knows this process. */
  readonly holder: { readonly holderId: string; readonly name: string };
  /** Undefined in an engine, which was given its server. */
  readonly #settings: ProcessSettings | undefined;
  readonly #held = new Map<string, { readonly run: HeldRun; readonly lost: (why: string) => void }>();
  #server: ServerOfProcess;
  #services: CallServices;
  #keeper: KeptHolder | undefined;
  #looking: Promise<void> | undefined;

  constructor(server: ServerOfProcess, settings: ProcessSettings | undefined) {
    this.#settings = settings;
    this.actor = server.isEngine ? 'engine' : 'program';
    this.holder = { holderId: randomUUID(), name: `${this.actor} ${process.pid} on ${hostname()}` };
    this.#server = server;
    this.#services = this.#open();
    // Before there is a run that it should have kept.
    this.#keep();
  }

  get urls(): ServiceUrls {
    return this.#server.urls;
  }

  /** Those of the server that is known now. */
  get services(): CallServices {
    return this.#services;
  }

  /** Keeps a run that was made for this holder, until it is released. */
  hold(run: HeldRun, lost: (why: string) => void): Disposable {
    this.#held.set(run.flowRunId, { run, lost });
    this.#keep();
    return {
      [Symbol.dispose]: () => {
        this.#held.delete(run.flowRunId);
        this.#keep();
      },
    };
  }

  /**
   * Looks for a server anew after one did not answer, once for all who ask meanwhile; one that was only found may have
   * ended, or given its home to another. Gives whether there is any other place to look.
   */
  async lookAgain(): Promise<boolean> {
    const settings = this.#settings;
    if (!settings || settings.isServerGiven) return false;
    this.#looking ??= this.#find(settings).finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
    return true;
  }

  async #find(settings: ProcessSettings): Promise<void> {
    const urls = await findOrStart(settings);
    if (urls.orchestrator === this.urls.orchestrator) return;
    this.#server = { urls, isEngine: false };
    useServer(this.#server);
    this.#services = this.#open();
    this.#keep();
  }

  #open(): CallServices {
    const channel = openHttp(this.urls.orchestrator, { actor: this.actor });
    return {
      flowRuns: channel.client(FlowRunService),
      transitions: channel.client(TransitionService),
      logs: channel.client(LogService),
    };
  }

  #keep(): void {
    const runs = Array.from(this.#held.values(), ({ run }) => run);
    const holding = { runs, orchestratorUrl: this.urls.orchestrator };
    if (this.#keeper) this.#keeper.hold(holding);
    else this.#keeper = this.#startKeeper(holding);
  }

  #startKeeper(holding: Holding): KeptHolder {
    const keeper = keepHolder({
      ...{ ...holding, holder: this.holder, endsProcess: false },
      lost: (ids) => this.#lose(ids, "it is this process's no longer, as the server says"),
      fail: (error) => {
        this.#keeper = undefined;
        this.#lose([...this.#held.keys()], `its lease can't be renewed: ${String(error)}`);
      },
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
  opened.catch(() => {
    if (holder[key] === opened) holder[key] = undefined;
  });
  return opened;
}

async function open(): Promise<CalledRuns> {
  const known = serverOfProcess();
  if (known?.isEngine) return new CalledRuns(known, undefined);
  const settings = processSettings();
  const server = known ?? { urls: await findOrStart(settings), isEngine: false };
  useServer(server);
  return new CalledRuns(server, settings);
}

async function findOrStart(settings: ProcessSettings): Promise<ServiceUrls> {
  return (await findServer(settings)) ?? everywhere(await startServer(settings));
}
