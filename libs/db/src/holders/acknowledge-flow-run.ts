import { type Executor, statement } from '../connection/statement.ts';

const acknowledge = statement(
  'acknowledge_flow_run',
  'update millrace.flow_run set acknowledged = true where id = $1 and epoch = $2 and holder_id is not null and not acknowledged',
);

/** Notes that a holder has said that it has the run: from now on only its lease, not its stream, counts. */
export async function acknowledgeFlowRun(executor: Executor, flowRunId: string, epoch: number): Promise<void> {
  await executor.run(acknowledge, [flowRunId, epoch]);
}
