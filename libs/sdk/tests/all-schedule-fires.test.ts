import { systemClock } from '@millrace/clock';
import { DeploymentService } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { startRpcServer } from '@millrace/rpc/server';
import { playedService } from '@millrace/rpc/testing';
import { silentLogger } from '@millrace/telemetry';
import { expect, test } from 'vitest';
import { MillraceClient } from '../src/client/index.ts';

test('the fires of a deployment come page after page, each with the conditions', async () => {
  const asked: unknown[] = [];
  const deployments = playedService(DeploymentService, {
    async listScheduleFires({ key, scheduleSlug, pageToken }) {
      asked.push([key.value, scheduleSlug, pageToken]);
      return { fires: [{ reason: `of page "${pageToken}"` }], nextPageToken: pageToken ? '' : 'second' };
    },
  });
  const options = { host: '127.0.0.1', port: 0, app: 'deployments', clock: systemClock, log: silentLogger() };
  await using server = await startRpcServer({ ...options, services: [deployments] });
  using client = new MillraceClient({ urls: server.url });

  const fires = client.allScheduleFires({ key: { case: 'name', value: 'hello/daily' }, scheduleSlug: 'a' });
  expect(await Array.fromAsync(fires, ({ reason }) => reason)).toEqual(['of page ""', 'of page "second"']);
  expect(asked).toEqual([
    ['hello/daily', 'a', ''],
    ['hello/daily', 'a', 'second'],
  ]);
});
