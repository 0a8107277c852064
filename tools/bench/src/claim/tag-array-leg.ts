import type { Clock } from '@millrace/clock';
import { dedicatedConnection } from '@millrace/db';
import { count, execute, settle } from '../harness/postgres.ts';
import type { Leg } from '../harness/scenario.ts';
import { CLAIM_OF, makeDue } from './claim-leg.ts';
import { type ClaimInstallation, ownTag } from './installation.ts';

export interface TagArrayLegOptions {
  readonly name: string;
  readonly installation: ClaimInstallation;
  readonly claims: number;
  readonly clock: Clock;
}

// A claim as it is written without entries: by time, past all that the queue's tags don't fit.
const take = {
  name: 'bench_tag_array',
  text: `update millrace.flow_run r set holder_id = $2, state_type = 'PENDING', scheduled_time = null
         from (select id from millrace.flow_run
               where state_type = 'SCHEDULED' and tags @> $1::text[] and scheduled_time <= now()
               order by scheduled_time limit ${CLAIM_OF} for no key update skip locked) as found
         where r.id = found.id
         returning r.id`,
};

const held = `select count(*) from millrace.flow_run where state_type = 'PENDING'`;

/** Finds what is due by the runs' own tags and times: it passes over all that other queues have waiting. */
export function tagArrayLeg({ name, installation, claims, clock }: TagArrayLegOptions): Leg {
  const { database, queueId, holderId } = installation;
  return {
    name,
    async run() {
      await makeDue(installation, clock, (claims + 1) * CLAIM_OF);
      await settle(database);
      await using connection = dedicatedConnection(database, 'bench tag array');
      const timedTake = async () => {
        const began = process.hrtime.bigint();
        const taken = await connection.transaction((executor) =>
          executor.run<{ id: string }>(take, [[ownTag], holderId]),
        );
        if (taken.length !== CLAIM_OF) throw new Error(`took ${taken.length} instead of ${CLAIM_OF}`);
        return Number(process.hrtime.bigint() - began) / 1e6;
      };
      await timedTake();
      const before = await count(database, held);
      const samplesMs: number[] = [];
      for (let done = 0; done < claims; done++) samplesMs.push(await timedTake());
      const rows = { taken: (await count(database, held)) - before };
      // Their entries would be met by the product's claims as stale ones.
      await execute(
        database,
        `delete from millrace.queue_entry e using millrace.flow_run r
         where e.work_queue_id = $1 and r.id = e.flow_run_id and r.holder_id is not null`,
        [queueId],
      );
      return { kind: 'times', samplesMs, rows };
    },
  };
}
