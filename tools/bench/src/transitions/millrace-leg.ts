import { randomUUID } from 'node:crypto';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import type { Clock } from '@millrace/clock';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { type TransitionService, TransitionStatus } from '@millrace/contracts/millrace/v1/transition_service_pb';
import type { Database } from '@millrace/db';
import { count } from '../harness/postgres.ts';
import type { Leg } from '../harness/scenario.ts';
import { makePendingRuns, type PendingRuns } from './pending-runs.ts';

export interface MillraceLegOptions {
  readonly name: string;
  readonly database: Database;
  /** One for each connection. */
  readonly clients: readonly Client<typeof TransitionService>[];
  readonly runs: number;
  readonly clock: Clock;
  /** Called around what is timed. */
  readonly onBegin?: () => Promise<void>;
  readonly onEnd?: (seconds: number) => Promise<void>;
}

// As an agent has it: the most of a batch, and how many batches are under way.
const BATCH = 500;
const IN_FLIGHT = 2;
const history = 'select count(*) from millrace.flow_run_state';

/** Takes runs through RUNNING to COMPLETED, in batches as agents send them; each answer is awaited. */
export function millraceLeg(options: MillraceLegOptions): Leg {
  const { name, database, clients, runs, clock } = options;
  const senders = clients.flatMap((client) => Array.from({ length: IN_FLIGHT }, () => client));
  const apply = async (client: Client<typeof TransitionService>, { epoch }: PendingRuns, ids: readonly string[]) => {
    for (const type of [StateType.RUNNING, StateType.COMPLETED]) {
      const timestamp = timestampFromMs(clock.now());
      const items = ids.map((flowRunId) => ({ flowRunId, requestId: randomUUID(), epoch, state: { type, timestamp } }));
      const { answers } = await client.applyTransitions({ items, actor: 'bench' });
      const refused = answers.find((answer) => answer.status !== TransitionStatus.ACCEPT);
      if (refused) throw new Error(`a transition was not accepted: ${refused.reason || refused.error?.message}`);
    }
  };
  const all = async (pending: PendingRuns) => {
    const chunks = Array.from({ length: Math.ceil(pending.ids.length / BATCH) }, (_, index) =>
      pending.ids.slice(index * BATCH, (index + 1) * BATCH),
    );
    await Promise.all(
      senders.map(async (client) => {
        for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) await apply(client, pending, chunk);
      }),
    );
  };
  return {
    name,
    async run() {
      await all(await makePendingRuns(database, clock, Math.min(runs, BATCH * senders.length)));
      const pending = await makePendingRuns(database, clock, runs);
      const before = await count(database, history);
      await options.onBegin?.();
      const began = process.hrtime.bigint();
      await all(pending);
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      await options.onEnd?.(seconds);
      const rows = { states: (await count(database, history)) - before };
      return { kind: 'rate', count: 2 * runs, seconds, rows };
    },
  };
}
