import { type Clock, newId } from '@millrace/clock';
import { topUpSchedules } from '@millrace/db';
import type { Leg } from '../harness/scenario.ts';
import type { ScheduleInstallation } from './installation.ts';

export interface FillLegOptions {
  readonly name: string;
  readonly installation: ScheduleInstallation;
  readonly clock: Clock;
}

// As the scheduler's loop has it.
const LIMIT = 500;

/** Passes as the scheduler makes them, one after the other, until nothing is due. */
export function fillLeg({ name, installation, clock }: FillLegOptions): Leg {
  const { database } = installation;
  return {
    name,
    async run() {
      const now = clock.now();
      // Connections, and the code.
      await installation.forgetFires(now);
      await topUpSchedules(database, { now, limit: 20, newId: () => newId(clock) });
      await installation.forgetFires(now);
      let count = 0;
      const began = process.hrtime.bigint();
      for (let more = true; more; ) {
        const pass = await topUpSchedules(database, { now, limit: LIMIT, newId: () => newId(clock) });
        count += pass.count;
        more = pass.isMoreDue;
      }
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      return { kind: 'rate', count, seconds, rows: await installation.countMade() };
    },
  };
}
