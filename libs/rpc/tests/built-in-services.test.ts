import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@millrace/contracts/grpc/health/v1/health_pb';
import { ServerReflection } from '@millrace/contracts/grpc/reflection/v1/reflection_pb';
import { AdminService } from '@millrace/contracts/millrace/v1/admin_service_pb';
import { millraceVersion } from '@millrace/settings';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Code } from '../src/errors.ts';
import { collect, rejection, type Setup, setup } from './setup.ts';

let shared: Setup;
beforeAll(async () => {
  shared = await setup();
});
afterAll(() => shared[Symbol.asyncDispose]());

test.each(['grpc', 'http'] as const)('AdminService over %s says version and app', async (name) => {
  const answer = await shared[name].client(AdminService).getVersion({});
  expect(answer).toMatchObject({ version: millraceVersion, app: 'example' });
});

test('health is SERVING for the server and its services, NOT_FOUND for others', async () => {
  const health = shared.grpc.client(Health);
  for (const service of ['', 'millrace.v1.FlowRunService', 'millrace.v1.AdminService'])
    expect(await health.check({ service })).toMatchObject({ status: Status.SERVING });
  expect(await rejection(health.check({ service: 'x' }))).toMatchObject({ code: Code.NotFound });
  expect(Object.keys((await health.list({})).statuses)).toContain('millrace.v1.WatchService');
  for await (const { status } of health.watch({ service: 'x' })) {
    expect(status).toBe(Status.SERVICE_UNKNOWN);
    break;
  }
});

type Question =
  Parameters<ReturnType<typeof reflection>['serverReflectionInfo']>[0] extends AsyncIterable<infer Q> ? Q : never;
const reflection = () => shared.grpc.client(ServerReflection);

async function ask(messageRequest: Question['messageRequest']) {
  async function* questions() {
    yield { messageRequest };
  }
  const answers = await collect(reflection().serverReflectionInfo(questions()));
  expect(answers).toHaveLength(1);
  return answers[0]?.messageResponse;
}

test('reflection lists the services', async () => {
  const answer = await ask({ case: 'listServices', value: '' });
  const names = answer?.case === 'listServicesResponse' ? answer.value.service.map(({ name }) => name) : [];
  expect(names.toSorted()).toEqual([
    'grpc.health.v1.Health',
    'grpc.reflection.v1.ServerReflection',
    'grpc.reflection.v1alpha.ServerReflection',
    'millrace.v1.AdminService',
    'millrace.v1.FlowRunService',
    'millrace.v1.StorageService',
    'millrace.v1.WatchService',
    'millrace.v1.WorkQueueService',
  ]);
});

test('reflection knows the details of errors', async () => {
  const answer = await ask({ case: 'fileContainingSymbol', value: 'google.rpc.BadRequest' });
  expect(answer?.case).toBe('fileDescriptorResponse');
});

test.each([
  'millrace.v1.WatchService',
  'millrace.v1.WatchService.Watch',
  'millrace.v1.WatchRequest',
  'millrace.v1.WatchRequest.subjects',
])('reflection gives the file that has %s, with its imports', async (symbol) => {
  const answer = await ask({ case: 'fileContainingSymbol', value: symbol });
  const bytes = answer?.case === 'fileDescriptorResponse' ? answer.value.fileDescriptorProto : [];
  const names = bytes.map((one) => fromBinary(FileDescriptorProtoSchema, one).name);
  expect(names[0]).toBe('millrace/v1/watch_service.proto');
  expect(names).toContain('buf/validate/validate.proto');
  expect(names).toContain('google/protobuf/struct.proto');
});

test('reflection gives a file by its name, and says what it has not', async () => {
  const found = await ask({ case: 'fileByFilename', value: 'millrace/v1/state.proto' });
  expect(found?.case).toBe('fileDescriptorResponse');
  const missing = await ask({ case: 'fileContainingSymbol', value: 'no.Such' });
  expect(missing).toMatchObject({ case: 'errorResponse', value: { errorCode: Code.NotFound } });
});
