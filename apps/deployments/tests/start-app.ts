import { createHash } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { type VirtualClock, virtualClock } from '@millrace/clock/virtual';
import {
  type CreateDeploymentRequest,
  type CreateDeploymentRequestSchema,
  DeploymentService,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { type PutDocumentRequestSchema, StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { type Database, openSignals, type Signal } from '@millrace/db';
import { testDatabase } from '@millrace/db/testing';
import { openHttp } from '@millrace/rpc/http-client';
import { startRpcServer } from '@millrace/rpc/server';
import { openSecretBox } from '@millrace/service';
import { silentLogger } from '@millrace/telemetry';
import { startDeployments } from '../src/start.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The app over a real port and a database of its own. */
export async function startApp() {
  await using stack = new AsyncDisposableStack();
  const { database } = stack.use(await testDatabase());
  const clock: VirtualClock = virtualClock(Date.UTC(2026, 0, 1, 0, 0, 30));
  const log = silentLogger();
  const signals = stack.use(await openSignals(database, { clock }));
  const heard: Signal[] = [];
  signals.subscribe((signal) => heard.push(signal));
  const secrets = openSecretBox({ keys: [Buffer.alloc(32, 7).toString('base64')], home: '/nowhere' });
  const app = stack.use(await startDeployments({ database, signals, clock, log, secrets }));
  const server = stack.use(
    await startRpcServer({ host: '127.0.0.1', port: 0, app: 'test', services: [...app.services], clock, log }),
  );
  const channel = stack.use(openHttp(server.url, { actor: 'tester' }));
  const started = stack.move();
  return {
    database,
    clock,
    heard,
    deployments: channel.client(DeploymentService),
    storage: channel.client(StorageService),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

export type App = Awaited<ReturnType<typeof startApp>>;
export type DeploymentInit = Exclude<MessageInitShape<typeof CreateDeploymentRequestSchema>, CreateDeploymentRequest>;

/** A request for a deployment without schedules, unless told otherwise. */
export function deployment(overrides: DeploymentInit = {}): DeploymentInit {
  return {
    flow: { case: 'flowName', value: 'hello' },
    name: 'daily',
    flowData: { encoding: 'json', blob: new Uint8Array(Buffer.from('{}')) },
    ...overrides,
  };
}

/** A package manifest that needs no document. */
export function manifest(content: object): DeploymentInit['flowData'] {
  const blob = new Uint8Array(Buffer.from(JSON.stringify({ type: 'file', flow_name: 'hello', ...content })));
  return { encoding: 'package-manifest', blob };
}

/** A schedule's message. */
export function every(ms: number, overrides: object = {}) {
  const interval = { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1e6 };
  return { spec: { case: 'interval' as const, value: { interval } }, ...overrides };
}

export function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

type Part = MessageInitShape<typeof PutDocumentRequestSchema>;

/** The messages that put a document. */
export async function* partsOf(body: Uint8Array<ArrayBuffer>, header = {}, chunkBytes = 200_000): AsyncGenerator<Part> {
  yield { part: { case: 'header', value: { sha256: sha256(body), size: body.byteLength, ...header } } };
  for (let from = 0; from < body.byteLength; from += chunkBytes)
    yield { part: { case: 'chunk', value: body.subarray(from, from + chunkBytes) } };
}

/** The runs in order of their time. */
export function readRuns(database: Database) {
  return database.kysely.selectFrom('flow_run').selectAll().orderBy('scheduled_time').orderBy('id').execute();
}

/** A fingerprint of every row of every table: equal as long as nothing was written. */
export async function rowVersions(database: Database): Promise<string[]> {
  const tables = ['flow', 'deployment', 'deployment_version', 'schedule', 'flow_run', 'schedule_fire', 'queue_entry'];
  const versions = await Promise.all(
    tables.map((table) =>
      database.run<{ versions: string }>(
        {
          name: `versions_${table}`,
          text: `select coalesce(string_agg(xmin || ':' || ctid, ' ' order by ctid), '') as versions from millrace.${table}`,
        },
        [],
      ),
    ),
  );
  return versions.map(([row], index) => `${tables[index]} ${row?.versions}`);
}
