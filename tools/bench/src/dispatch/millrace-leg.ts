import type { Client } from '@connectrpc/connect';
import type { Clock } from '@millrace/clock';
import type { DeploymentService } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { count, settle } from '../harness/postgres.ts';
import type { Leg } from '../harness/scenario.ts';
import type { AppProcess } from '../processes/app-process.ts';
import { childrenAtRest } from '../processes/children.ts';
import type { Installation } from './installation.ts';
import type { StampPipe } from './stamp-pipe.ts';

export interface MillraceLegOptions {
  readonly name: string;
  readonly installation: Installation;
  readonly deployments: Client<typeof DeploymentService>;
  /** "warm" or "cold". */
  readonly deployment: string;
  readonly agent: AppProcess;
  /** How many processes wait for runs while nothing runs. */
  readonly idleProcesses: number;
  readonly samples: number;
  readonly pipe: StampPipe;
  readonly clock: Clock;
  /** Told of each run that was measured. */
  readonly onRun?: (run: TriggeredRun) => void;
}

/** A run, by the clock of `process.hrtime.bigint()`. */
export interface TriggeredRun {
  readonly id: string;
  /** Epoch milliseconds of the same moment as `sent`. */
  readonly sentAt: number;
  readonly sent: bigint;
  readonly answered: bigint;
  /** User code's first line. */
  readonly reached: bigint;
}

const WARM_UP = 10;
const GAP_MS = 3;
const finished = `select count(*) from millrace.flow_run where state_type = 'COMPLETED'`;
const history = 'select count(*) from millrace.flow_run_state';

/** From sending the trigger to user code's first line, one after the other, each with the pool at rest. */
export function millraceLeg(options: MillraceLegOptions): Leg {
  const { installation, samples, clock } = options;
  const { database } = installation;
  return {
    name: options.name,
    async run() {
      await settle(database);
      for (let done = 0; done < Math.min(WARM_UP, samples); done++) await trigger(options);
      await restAfterRun(options);
      const before = { finished: await count(database, finished), history: await count(database, history) };
      const samplesMs: number[] = [];
      for (let done = 0; done < samples; done++) {
        const run = await trigger(options);
        samplesMs.push(Number(run.reached - run.sent) / 1e6);
        options.onRun?.(run);
      }
      await restAfterRun(options);
      const rows = {
        completed: (await count(database, finished)) - before.finished,
        states: (await count(database, history)) - before.history,
      };
      return { kind: 'times', samplesMs, rows };
    },
  };

  async function restAfterRun({ agent, idleProcesses }: MillraceLegOptions) {
    await childrenAtRest(agent.pid, idleProcesses, clock);
  }

  async function trigger({ deployments, deployment, pipe }: MillraceLegOptions): Promise<TriggeredRun> {
    await restAfterRun(options);
    await clock.sleep(GAP_MS);
    const sentAt = clock.now();
    const sent = process.hrtime.bigint();
    const { flowRun } = await deployments.createFlowRun({
      key: { case: 'name', value: `bench-stamp/${deployment}` },
      parameters: { pipe: pipe.path },
    });
    const answered = process.hrtime.bigint();
    const id = flowRun?.id ?? '';
    return { id, sentAt, sent, answered, reached: await pipe.stampOf(id) };
  }
}
