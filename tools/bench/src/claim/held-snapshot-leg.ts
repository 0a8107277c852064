import type { Clock } from '@millrace/clock';
import { dedicatedConnection } from '@millrace/db';
import { count, settle } from '../harness/postgres.ts';
import type { Leg, Measured } from '../harness/scenario.ts';
import { CLAIM_OF, makeDue, timedClaim } from './claim-leg.ts';
import type { ClaimInstallation } from './installation.ts';

export interface HeldSnapshotLegsOptions {
  readonly first: string;
  readonly last: string;
  readonly installation: ClaimInstallation;
  /** How many runs are claimed between the two, while the snapshot is held. */
  readonly between: number;
  readonly claims: number;
  readonly clock: Clock;
}

const held = `select count(*) from millrace.flow_run where state_type = 'PENDING'`;
const begin = { name: 'bench_hold', text: 'select count(*) from millrace.work_queue' };

/**
 * Claims while somebody else's transaction keeps Postgres from clearing away what claims have deleted: the first ones,
 * and those after a great many.
 */
export function heldSnapshotLegs(options: HeldSnapshotLegsOptions): Leg[] {
  const { installation, between, claims, clock } = options;
  const { database } = installation;
  let later: Measured = { kind: 'times', samplesMs: [], rows: {} };
  const measure = async () => {
    await makeDue(installation, clock, between + 2 * claims * CLAIM_OF);
    await settle(database);
    await using holder = dedicatedConnection(database, 'bench snapshot', { longestMs: 3_600_000 });
    const over = Promise.withResolvers<void>();
    const isHeld = Promise.withResolvers<void>();
    const holding = holder.transaction(async (executor) => {
      await executor.run({ name: 'bench_isolation', text: 'set transaction isolation level repeatable read' }, []);
      await executor.run(begin, []);
      isHeld.resolve();
      // Idle transactions are ended after 30 s: it goes on reading, in the snapshot that it has.
      while (await Promise.race([over.promise.then(() => false), clock.sleep(5_000).then(() => true)]))
        await executor.run(begin, []);
    });
    await isHeld.promise;
    await using connection = dedicatedConnection(database, 'bench claims');
    const some = async (): Promise<Measured> => {
      const before = await count(database, held);
      const samplesMs: number[] = [];
      for (let done = 0; done < claims; done++) samplesMs.push(await timedClaim(connection, installation, clock));
      return { kind: 'times', samplesMs, rows: { claimed: (await count(database, held)) - before } };
    };
    try {
      const earlier = await some();
      for (let done = 0; done < between; done += CLAIM_OF) await timedClaim(connection, installation, clock);
      later = await some();
      return earlier;
    } finally {
      over.resolve();
      await holding;
    }
  };
  return [
    { name: options.first, run: measure },
    // Measured together with the first: between the two the snapshot must not be let go.
    { name: options.last, run: async () => later },
  ];
}
