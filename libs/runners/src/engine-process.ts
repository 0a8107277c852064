import { type ChildProcess, fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Clock } from '@millrace/clock';
import type { EngineAssignment, ToEngine } from 'millrace/engine';
import type { RunMessage, RunProcess } from './flow-runner.ts';
import type { OutputSink } from './output-sink.ts';
import { OutputTail } from './output-tail.ts';
import type { ProcessEnd } from './process-end.ts';
import { readMessage } from './read-message.ts';

/** How a process of a pool is started. */
export interface EngineProcessOptions {
  /** The module that it runs. */
  readonly enginePath: string;
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Where what it prints goes on to. Default: nowhere. */
  readonly output?: { readonly stdout: OutputSink; readonly stderr: OutputSink } | undefined;
}

// What a process leaves behind may keep its pipes open; its end is then taken as it is after this time.
const closingMs = 1_000;

/** A process that has loaded the engine and takes one run. In a session of its own: a terminal's Ctrl-C is not for it. */
export class EngineProcess implements RunProcess {
  readonly pid: number | undefined;
  /** Resolves when it can take a run; never rejects, see `exited`. */
  readonly ready: Promise<void>;
  /** Resolves when its run's code is there, or it has ended without. */
  readonly loaded: Promise<void>;
  readonly exited: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #tail = new OutputTail();
  #onMessage: ((message: RunMessage) => void) | undefined;
  #stopping = false;
  #disconnected = false;
  #left = false;

  constructor(options: EngineProcessOptions) {
    this.#clock = options.clock;
    this.#child = fork(options.enginePath, [], {
      detached: true,
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // This process's own flags (a debugger's port, a test runner's) are not for its children.
      execArgv: [],
      env: { ...options.environment },
    });
    this.pid = this.#child.pid;
    const ready = Promise.withResolvers<void>();
    const loaded = Promise.withResolvers<void>();
    this.ready = ready.promise;
    this.loaded = loaded.promise;
    this.#child.on('message', (received: unknown) => {
      const message = readMessage(received);
      if (!message) return;
      if (message.type === 'ready') ready.resolve();
      else if (message.type === 'loaded') loaded.resolve();
      else this.#onMessage?.(message);
    });
    this.#collect(this.#child.stdout, options.output?.stdout);
    this.#collect(this.#child.stderr, options.output?.stderr);
    this.exited = this.#end();
    void this.exited.then(() => loaded.resolve());
  }

  /** Hands a run over. */
  begin(assignment: EngineAssignment, onMessage: (message: RunMessage) => void): void {
    this.#onMessage = onMessage;
    this.send({ type: 'start', assignment });
  }

  send(message: ToEngine): void {
    if (this.#left || !this.#child.connected) return;
    // An error here means that the process has gone, which `exited` tells.
    this.#child.send(message, () => {});
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#signal(graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
    const timer = this.#clock.setTimer(graceMs, () => this.#signal('SIGKILL'));
    await this.exited;
    timer.cancel();
  }

  /** Closes the channel, on which an idle process ends. */
  disconnect(): void {
    this.#disconnected = true;
    if (this.#child.connected) this.#child.disconnect();
  }

  leave(): void {
    this.#left = true;
    this.#onMessage = undefined;
    this.disconnect();
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    this.#child.unref();
  }

  #collect(source: Readable | null, sink: OutputSink | undefined): void {
    const read = this.#tail.reader();
    source?.on('data', (chunk: Uint8Array) => {
      read(chunk);
      sink?.write(source, chunk);
    });
  }

  #end(): Promise<ProcessEnd> {
    return new Promise((resolve) => {
      const end = (exitCode: number | null, signal: string | null) => {
        if (this.#left) return;
        if (this.#stopping) this.#signal('SIGKILL');
        this.#onMessage = undefined;
        resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined, lastLines: this.#tail.lines() });
      };
      // "close" comes after everything that was in the pipes and the channel; "exit" may come before.
      this.#child.once('close', end);
      this.#child.once('exit', (code, signal) => {
        // Where this side closed the channel, "close" never comes; nothing more is wanted then.
        const timer = this.#clock.setTimer(this.#disconnected ? 0 : closingMs, () => end(code, signal));
        this.#child.once('close', () => timer.cancel());
      });
      this.#child.on('error', (error) => {
        if (this.pid !== undefined) return;
        resolve({ exitCode: undefined, signal: undefined, lastLines: [error.message] });
      });
    });
  }

  /** To the whole group, so that what the run started ends with it. */
  #signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, name);
    } catch {
      // No such group: all of it has ended.
    }
  }
}
