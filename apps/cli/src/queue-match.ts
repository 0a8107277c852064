import type { Deployment } from '@millrace/contracts/millrace/v1/deployment_pb';
import type { WorkQueue } from '@millrace/contracts/millrace/v1/work_queue_pb';

/** Whether a queue hands out the runs that a deployment's schedules make. */
export function servesDeployment(queue: WorkQueue, deployment: Deployment): boolean {
  const runTags = new Set([...deployment.tags, 'auto-scheduled']);
  const { tags = [], deploymentIds = [], flowRunnerTypes = [] } = queue.filter ?? {};
  return (
    tags.every((tag) => runTags.has(tag)) &&
    (deploymentIds.length === 0 || deploymentIds.includes(deployment.id)) &&
    (flowRunnerTypes.length === 0 || flowRunnerTypes.includes(deployment.flowRunner?.type ?? 'universal'))
  );
}
