import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { text } from 'node:stream/consumers';
import type {
  EngineAnswer,
  EngineAssignment,
  EngineLogRecord,
  EngineState,
  FromEngine,
  ToEngine,
} from '../src/engine/index.ts';
import { enginePath } from '../src/engine/index.ts';
import { type TemporaryFiles, temporaryFiles } from './temporary-files.ts';

export type Transition = Extract<FromEngine, { type: 'transition' }>;
export type Logs = Extract<FromEngine, { type: 'logs' }>;

export interface AgentOptions {
  /** The flow's files; `flow.ts` is the entry, and its flow is named "f". */
  readonly files: Readonly<Record<string, string>>;
  readonly assignment?: Partial<EngineAssignment>;
  /** Answers proposals; undefined: none. Default: ACCEPT. */
  readonly answer?: (transition: Transition, count: number) => EngineAnswer | undefined;
  /** Whether a batch is acknowledged. Default: it is. */
  readonly store?: (logs: Logs) => boolean;
}

/** The test in the place of an agent, with a real engine process. */
export class PlayedAgent implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly transitions: Transition[] = [];
  readonly batches: Logs[] = [];
  /** All in the order of their arrival. */
  readonly messages: FromEngine[] = [];
  readonly files: TemporaryFiles;
  readonly stdout: Promise<string>;
  readonly stderr: Promise<string>;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  readonly #arrivals = new EventEmitter();

  /** Of a flow in this folder. */
  static assignment(directory: string): EngineAssignment {
    return {
      flowRunId: '01890a5d-ac96-774b-bcce-b302099a8057',
      flowRunName: 'brave-otter-7',
      epoch: 1,
      flowName: 'f',
      deploymentId: undefined,
      deploymentName: undefined,
      tags: ['a'],
      parameters: {},
      runCount: 0,
      scheduledTime: Date.UTC(2026, 0, 1),
      package: { directory, entry: 'flow.ts', flowName: 'f' },
      urls: { deployments: 'http://127.0.0.1:9', orchestrator: 'http://127.0.0.1:9', scheduler: 'http://127.0.0.1:9' },
      env: {},
      workingDirectory: undefined,
    };
  }

  static async start(options: AgentOptions): Promise<PlayedAgent> {
    const agent = new PlayedAgent(await temporaryFiles(options.files), options);
    await agent.until(() => agent.messages.length > 0);
    agent.send({ type: 'start', assignment: agent.assignment(options.assignment) });
    return agent;
  }

  constructor(files: TemporaryFiles, options: AgentOptions) {
    this.files = files;
    this.child = fork(enginePath, {
      serialization: 'advanced',
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
    });
    this.stdout = this.child.stdout ? text(this.child.stdout).catch(() => '') : Promise.resolve('');
    this.stderr = this.child.stderr ? text(this.child.stderr).catch(() => '') : Promise.resolve('');
    this.exited = once(this.child, 'exit').then(([code, signal]) => ({ code, signal }));
    void this.exited.then(() => this.#arrivals.emit('message'));
    this.child.on('message', (message: FromEngine) => {
      this.messages.push(message);
      if (message.type === 'transition') this.#answer(message, options);
      if (message.type === 'logs') this.#store(message, options);
      this.#arrivals.emit('message');
    });
  }

  assignment(changes: Partial<EngineAssignment> = {}): EngineAssignment {
    return { ...PlayedAgent.assignment(this.files.path), ...changes };
  }

  send(message: ToEngine): void {
    this.child.send(message, () => {});
  }

  /** Accepts the last proposal, where `answer` left it open. */
  accept(): void {
    this.send({ type: 'answer', requestId: this.transitions.at(-1)?.requestId ?? '', answer: { status: 'ACCEPT' } });
  }

  /** Resolves as soon as the condition holds; it is looked at when something arrives. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await once(this.#arrivals, 'message');
  }

  get states(): EngineState[] {
    return this.transitions.map(({ state }) => state);
  }

  get records(): EngineLogRecord[] {
    return this.batches.flatMap(({ records }) => records);
  }

  /** What was printed to the console and recorded. */
  get lines(): string[] {
    return this.records.filter(({ logger }) => logger === 'console').map(({ message }) => message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.exited;
    await this.files[Symbol.asyncDispose]();
  }

  #answer(message: Transition, options: AgentOptions): void {
    this.transitions.push(message);
    const accept: EngineAnswer = { status: 'ACCEPT' };
    const answer = options.answer ? options.answer(message, this.transitions.length) : accept;
    if (answer) this.send({ type: 'answer', requestId: message.requestId, answer });
  }

  #store(message: Logs, options: AgentOptions): void {
    this.batches.push(message);
    if (options.store?.(message) ?? true) this.send({ type: 'logs-stored', batchId: message.batchId });
  }
}

/** A state's data, decoded. */
export function dataOf(state: EngineState | undefined): unknown {
  return state?.data && JSON.parse(Buffer.from(state.data.blob).toString());
}

/** A flow named "f" with this body. */
export function flowFile(body: string, options = ''): string {
  return `import { flow, getRunContext, getRunLogger } from 'millrace';
void [getRunContext, getRunLogger];
export const f = flow({ name: 'f', ${options} }, async (parameters, ctx) => { ${body} });
`;
}
