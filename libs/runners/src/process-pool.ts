import type { Clock } from '@millrace/clock';
import type { Logger } from '@millrace/telemetry';
import { childEnvironment } from './child-environment.ts';
import { EngineProcess } from './engine-process.ts';
import { NotStartedError } from './errors.ts';
import type { OutputSink } from './output-sink.ts';
import { describeEnd, type ProcessEnd } from './process-end.ts';

/** How a pool is made. */
export interface ProcessPoolOptions {
  /** The module that each process runs; it speaks the engine's protocol. */
  readonly enginePath: string;
  /** How many processes wait for a run. */
  readonly size: number;
  /** What the processes inherit, `MILLRACE_*` excepted. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder for compiled modules. */
  readonly compileCache: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where what the processes print goes on to. Default: nowhere. */
  readonly output?: { readonly stdout: OutputSink; readonly stderr: OutputSink } | undefined;
}

interface Taker {
  readonly resolve: (taken: EngineProcess) => void;
  readonly reject: (error: Error) => void;
}

// From this many deaths in a row on, runs are told; before, they wait for the next try.
const patience = 5;
/** A row of deaths ends when a process is taken, or when none has died for this long. */
const rowMs = 60_000;
const longestPauseMs = 5_000;
const loadingMs = 60_000;
const endingMs = 2_000;

/** Processes that have loaded the engine and wait for a run, since forking one takes longer than handing one over. */
export class ProcessPool implements AsyncDisposable {
  readonly #options: ProcessPoolOptions;
  readonly #environment: Record<string, string>;
  readonly #idle: EngineProcess[] = [];
  readonly #loading = new Set<EngineProcess>();
  readonly #takers = new Set<Taker>();
  #deaths = 0;
  #diedAt = Number.NEGATIVE_INFINITY;
  #pausing = false;
  readonly #closed = new AbortController();

  constructor(options: ProcessPoolOptions) {
    this.#options = options;
    this.#environment = childEnvironment(options.environment, options.compileCache);
    this.#fill();
  }

  /** Pids of the processes that no run has taken. */
  get idlePids(): number[] {
    return [...this.#idle, ...this.#loading].flatMap(({ pid }) => pid ?? []);
  }

  /**
   * A process for one run; it is the taker's from then on. Throws a {@link NotStartedError} if processes can't be
   * started, or the signal is aborted first.
   */
  take(signal: AbortSignal): Promise<EngineProcess> {
    if (signal.aborted || this.#closed.signal.aborted)
      return Promise.reject(new NotStartedError('the agent takes no runs any more'));
    const first = this.#idle.shift();
    if (!first) return this.#wait(signal);
    this.#deaths = 0;
    // Starting another keeps this thread and a processor busy just when the run is on its way; it goes first.
    void first.loaded.then(() => this.#fill());
    return Promise.resolve(first);
  }

  /** Ends all processes that no run has taken. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    this.#refuse(new NotStartedError('the agent stops'));
    await Promise.all([
      ...this.#idle.map((idle) => this.#endIdle(idle)),
      ...[...this.#loading].map((loading) => loading.stop(0)),
    ]);
  }

  #wait(signal: AbortSignal): Promise<EngineProcess> {
    const { promise, resolve, reject } = Promise.withResolvers<EngineProcess>();
    const taker: Taker = { resolve, reject };
    const giveUp = () => {
      this.#takers.delete(taker);
      reject(new NotStartedError('the run was called back before a process was ready'));
    };
    signal.addEventListener('abort', giveUp, { once: true });
    this.#takers.add(taker);
    this.#fill();
    return promise.finally(() => signal.removeEventListener('abort', giveUp));
  }

  #fill(): void {
    if (this.#closed.signal.aborted) return;
    const { size } = this.#options;
    while (!this.#pausing && this.#idle.length + this.#loading.size < size + this.#takers.size) this.#start();
  }

  #start(): void {
    const { enginePath, clock, output } = this.#options;
    let started: EngineProcess;
    try {
      started = new EngineProcess({ enginePath, environment: this.#environment, clock, output });
    } catch (error) {
      // No memory, or an environment that is too large: Node throws these at once.
      return void this.#died('a process for runs could not be started', [String(error)]);
    }
    this.#loading.add(started);
    const tooLong = clock.setTimer(loadingMs, () => void started.stop(0));
    void started.ready.then(() => {
      tooLong.cancel();
      this.#becameReady(started);
    });
    void started.exited.then((end) => {
      tooLong.cancel();
      this.#ended(started, end);
    });
  }

  #becameReady(process: EngineProcess): void {
    if (!this.#loading.delete(process)) return;
    const [taker] = this.#takers;
    if (!taker) {
      this.#idle.push(process);
      process.send({ type: 'warm-up' });
    } else {
      this.#deaths = 0;
      this.#takers.delete(taker);
      taker.resolve(process);
    }
  }

  #ended(process: EngineProcess, end: ProcessEnd): void {
    const place = this.#idle.indexOf(process);
    if (place >= 0) this.#idle.splice(place, 1);
    else if (!this.#loading.delete(process)) return;
    if (this.#closed.signal.aborted) return;
    this.#died(`a process for runs ended before it took one (${describeEnd(end)})`, end.lastLines);
  }

  #died(how: string, lastLines: readonly string[]): void {
    const { clock, log } = this.#options;
    if (clock.now() - this.#diedAt > rowMs) this.#deaths = 0;
    this.#diedAt = clock.now();
    this.#deaths += 1;
    log.warn({ lastLines }, how);
    if (this.#deaths >= patience) this.#refuse(new NotStartedError([how, ...lastLines].join('\n')));
    void this.#fillLater();
  }

  async #fillLater(): Promise<void> {
    if (this.#pausing) return;
    this.#pausing = true;
    const pauseMs = this.#deaths < 2 ? 0 : Math.min(50 * 2 ** this.#deaths, longestPauseMs);
    await this.#options.clock.sleep(pauseMs, this.#closed.signal);
    this.#pausing = false;
    this.#fill();
  }

  #refuse(error: NotStartedError): void {
    for (const taker of this.#takers) taker.reject(error);
    this.#takers.clear();
  }

  async #endIdle(idle: EngineProcess): Promise<void> {
    idle.disconnect();
    const timer = this.#options.clock.setTimer(endingMs, () => void idle.stop(0));
    await idle.exited;
    timer.cancel();
  }
}
