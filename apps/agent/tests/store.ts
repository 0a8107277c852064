import type { MessageInitShape } from '@bufbuild/protobuf';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import {
  type Transition,
  type TransitionAnswerSchema,
  TransitionStatus,
} from '@millrace/contracts/millrace/v1/transition_service_pb';
import type {
  Ack,
  AssignmentSchema,
  DispatchResponseSchema,
  Hello,
} from '@millrace/contracts/millrace/v1/work_queue_service_pb';

export type Answer = MessageInitShape<typeof TransitionAnswerSchema>;
export type AssignmentInit = MessageInitShape<typeof AssignmentSchema>;

/** What a test's server knows; outlives the server, as a database does. */
export class Store {
  readonly hellos: Hello[] = [];
  readonly acks: Ack[] = [];
  /** In the order in which they were decided, each once. */
  readonly transitions: (Transition & { readonly actor: string })[] = [];
  /** Lines of each run, in the order in which they were stored. */
  readonly logs = new Map<string, string[]>();
  /** What happened to each run, in order: "RUNNING", "logs", … */
  readonly history = new Map<string, string[]>();
  readonly documents = new Map<string, Uint8Array>();
  readonly toAssign: AssignmentInit[] = [];
  missingQueues: string[] = [];
  heartbeatMs = 5_000;
  echoes = true;
  /** Credit given and not used, on the present stream. */
  credit = 0;
  /** How many GetDocument calls there were. */
  fetches = 0;
  /** ApplyTransitions requests that came, repeated ones too. */
  requests = 0;
  /** Says something on the present stream. */
  say: ((response: MessageInitShape<typeof DispatchResponseSchema>) => void) | undefined;
  /** Decides instead of accepting. */
  decide: (transition: Transition) => Answer | undefined = () => undefined;
  /** Called with each ApplyTransitions after it is decided; what it throws is answered instead. */
  beforeReply: () => void = () => {};
  /** Awaited before a document is given. */
  beforeDocument: () => Promise<void> = async () => {};
  readonly #batches = new Set<string>();
  readonly #answers = new Map<string, Answer>();
  #changed = Promise.withResolvers<void>();

  /** Something happened: conditions are looked at again. */
  touch(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  async until<T>(condition: () => T | undefined | false): Promise<T> {
    for (;;) {
      const value = condition();
      if (value) return value;
      await this.#changed.promise;
    }
  }

  assign(...assignments: AssignmentInit[]): void {
    this.toAssign.push(...assignments);
    this.touch();
  }

  statesOf(flowRunId: string): string[] {
    return this.transitions.filter((each) => each.flowRunId === flowRunId).map(stateName);
  }

  /** The transition of that type, once it has come. */
  transitionOf(flowRunId: string, type: StateType): Promise<Transition> {
    return this.until(() => this.transitions.find((each) => each.flowRunId === flowRunId && each.state?.type === type));
  }

  apply(transition: Transition, actor: string): Answer {
    const first = this.#answers.get(transition.requestId);
    if (first) return first;
    const answer = this.decide(transition) ?? {
      status: TransitionStatus.ACCEPT,
      state: { type: transition.state?.type ?? 0 },
    };
    this.#answers.set(transition.requestId, answer);
    this.transitions.push({ ...transition, actor });
    this.#happened(transition.flowRunId, stateName(transition));
    return answer;
  }

  storeLogs(batch: { flowRunId: string; epoch: number; batchId: bigint; records: { message: string }[] }): boolean {
    const id = `${batch.flowRunId} ${batch.epoch} ${batch.batchId}`;
    if (this.#batches.has(id)) return false;
    this.#batches.add(id);
    const lines = this.logs.get(batch.flowRunId) ?? [];
    this.logs.set(batch.flowRunId, [...lines, ...batch.records.map(({ message }) => message)]);
    this.#happened(batch.flowRunId, 'logs');
    return true;
  }

  #happened(flowRunId: string, what: string): void {
    this.history.set(flowRunId, [...(this.history.get(flowRunId) ?? []), what]);
    this.touch();
  }
}

function stateName({ state }: Transition): string {
  const [name] = Object.entries(StateType).find(([, value]) => value === state?.type) ?? ['?'];
  return name;
}
