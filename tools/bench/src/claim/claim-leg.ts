import { type Clock, newId } from '@millrace/clock';
import { claimFlowRuns, type DedicatedConnection, dedicatedConnection, findNextDue } from '@millrace/db';
import { fillFlowRuns } from '@millrace/db/testing/measure';
import { count, settle } from '../harness/postgres.ts';
import type { Leg } from '../harness/scenario.ts';
import type { ClaimInstallation } from './installation.ts';
import { ownTag } from './installation.ts';

export interface ClaimLegOptions {
  readonly name: string;
  readonly installation: ClaimInstallation;
  readonly claims: number;
  readonly clock: Clock;
}

/** How many runs each claim takes. */
export const CLAIM_OF = 10;
const WARM_UP = 20;
const held = `select count(*) from millrace.flow_run where state_type = 'PENDING'`;

/** Claims through the product's own function, on a connection of its own, as the scheduler does it. */
export function claimLeg({ name, installation, claims, clock }: ClaimLegOptions): Leg {
  const { database } = installation;
  return {
    name,
    async run() {
      await makeDue(installation, clock, (claims + WARM_UP) * CLAIM_OF);
      await settle(database);
      await using connection = dedicatedConnection(database, 'bench claims');
      for (let done = 0; done < WARM_UP; done++) await timedClaim(connection, installation, clock);
      const before = await count(database, held);
      const samplesMs: number[] = [];
      for (let done = 0; done < claims; done++) samplesMs.push(await timedClaim(connection, installation, clock));
      return { kind: 'times', samplesMs, rows: { claimed: (await count(database, held)) - before } };
    },
  };
}

/** Puts runs into the queue that are due. */
export async function makeDue(installation: ClaimInstallation, clock: Clock, runs: number): Promise<void> {
  const { database, deployment, queueId } = installation;
  const dueFrom = clock.now() - runs - 1000;
  await fillFlowRuns(database, { ...deployment, count: runs, workQueueId: queueId, tags: [ownTag], dueFrom });
}

/** How long one claim took, commit included, in milliseconds. Throws if it did not get all that it asked for. */
export async function timedClaim(
  connection: DedicatedConnection,
  { queueId, holderId }: ClaimInstallation,
  clock: Clock,
): Promise<number> {
  const now = clock.now();
  const queueIds = [queueId];
  const options = { queueIds, holderId, limit: CLAIM_OF, now, actor: 'bench', newId: () => newId(clock) };
  const began = process.hrtime.bigint();
  const [{ claimed }] = await connection.transaction((executor) =>
    Promise.all([claimFlowRuns(executor, options), findNextDue(executor, queueIds, now)]),
  );
  const ms = Number(process.hrtime.bigint() - began) / 1e6;
  if (claimed.length !== CLAIM_OF) throw new Error(`claimed ${claimed.length} instead of ${CLAIM_OF}`);
  return ms;
}
