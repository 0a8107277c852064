import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Database } from '@millrace/db';
import { count, settle } from '../harness/postgres.ts';
import type { Leg } from '../harness/scenario.ts';

export interface DbosLegOptions {
  readonly name: string;
  readonly url: string;
  readonly database: Database;
  readonly flows: number;
  readonly stepsEach: number;
}

const steps = 'select count(*) from dbos.operation_outputs';
const silent = { info: noop, debug: noop, warn: noop, error: (line: unknown) => process.stderr.write(`${line}\n`) };

/** Durable steps of many workflows at once, each step awaited. DBOS is one per process, so it starts once. */
export function dbosLeg({ name, url, database, flows, stepsEach }: DbosLegOptions): Leg & AsyncDisposable {
  let workflow: (() => Promise<void>) | undefined;
  const launch = async () => {
    DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, systemDatabasePoolSize: 16, logger: silent });
    const registered = DBOS.registerWorkflow(
      async () => {
        for (let step = 0; step < stepsEach; step++) await DBOS.runStep(async () => step, { name: 'step' });
      },
      { name: 'bench' },
    );
    await DBOS.launch();
    return registered;
  };
  return {
    name,
    async run() {
      workflow ??= await launch();
      const run = workflow;
      const together = (number: number) => Promise.all(Array.from({ length: number }, () => run()));
      await together(flows);
      await settle(database);
      const before = await count(database, steps);
      const began = process.hrtime.bigint();
      await together(flows);
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      return {
        kind: 'rate',
        count: flows * stepsEach,
        seconds,
        rows: { steps: (await count(database, steps)) - before },
      };
    },
    async [Symbol.asyncDispose]() {
      if (workflow) await DBOS.shutdown();
    },
  };
}

function noop(): void {}
