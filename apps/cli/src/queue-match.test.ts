import { create } from '@bufbuild/protobuf';
import { DeploymentSchema } from '@millrace/contracts/millrace/v1/deployment_pb';
import { WorkQueueSchema } from '@millrace/contracts/millrace/v1/work_queue_pb';
import { expect, test } from 'vitest';
import { servesDeployment } from './queue-match.ts';

const deployment = create(DeploymentSchema, { id: 'one', tags: ['a', 'b'], flowRunner: { type: 'docker' } });

test.each([
  [undefined, true],
  [{}, true],
  [{ tags: ['a'] }, true],
  [{ tags: ['a', 'b'] }, true],
  [{ tags: ['a', 'auto-scheduled'] }, true],
  [{ tags: ['a', 'c'] }, false],
  [{ deploymentIds: ['one', 'two'] }, true],
  [{ deploymentIds: ['two'] }, false],
  [{ flowRunnerTypes: ['docker'] }, true],
  [{ flowRunnerTypes: ['universal'] }, false],
  [{ tags: ['a'], deploymentIds: ['one'], flowRunnerTypes: ['subprocess'] }, false],
])('a queue with the filter %j: %j', (filter, expected) => {
  expect(servesDeployment(create(WorkQueueSchema, filter && { filter }), deployment)).toBe(expected);
});
