import { type Clock, newId } from '@millrace/clock';
import { topUpAllSchedules, topUpSchedules } from '@millrace/db';
import type { Leg } from '../harness/scenario.ts';
import type { ScheduleInstallation } from './installation.ts';

export interface FillLegOptions {
  readonly name: string;
  readonly installation: ScheduleInstallation;
  readonly clock: Clock;
}

/** A pass as the scheduler makes it, until nothing is due. */
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
      const began = process.hrtime.bigint();
      const never = new AbortController().signal;
      const count = await topUpAllSchedules(database, { clock, publish: () => undefined, signal: never });
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      return { kind: 'rate', count, seconds, rows: await installation.countMade() };
    },
  };
}
