import { createHash } from 'node:crypto';
import { systemClock } from '@millrace/clock';
import { type ApplyDeploymentsRequest, DeploymentService } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { notFound } from '@millrace/rpc/errors';
import { startRpcServer } from '@millrace/rpc/server';
import { playedService } from '@millrace/rpc/testing';
import { silentLogger } from '@millrace/telemetry';
import { expect } from 'vitest';

/** A server that takes documents and deployments, and keeps what it was sent; it lists 450 deployments, d0 to d449. */
/** @param defaultStorage the name of the server's default storage */
export async function playedDeployments({ defaultStorage }: { readonly defaultStorage?: string } = {}) {
  const documents = new Map<string, Uint8Array>();
  const applied: ApplyDeploymentsRequest[] = [];
  const actors: string[] = [];
  const deployments = playedService(DeploymentService, {
    async listDeployments({ pageSize, pageToken }) {
      const from = Number(pageToken);
      const to = Math.min(from + pageSize, 450);
      const page = Array.from({ length: to - from }, (_, i) => ({ name: `d${from + i}` }));
      return { deployments: page, nextPageToken: to < 450 ? String(to) : '' };
    },
    async applyDeployments(request, { actor }) {
      applied.push(request);
      actors.push(actor);
      return { results: request.deployments.map(({ name }) => ({ deployment: { name }, created: true })) };
    },
  });
  const storage = playedService(StorageService, {
    async *getDocument() {},
    async getStorage() {
      if (defaultStorage === undefined) throw notFound('storage', 'that is the default');
      return { storage: { name: defaultStorage } };
    },
    async putDocument(parts) {
      const chunks: Uint8Array[] = [];
      let announced = { sha256: '', size: 0, storage: '', key: '' };
      for await (const { part } of parts) {
        if (part.case === 'header') announced = part.value;
        if (part.case === 'chunk') chunks.push(part.value);
      }
      const bytes = Buffer.concat(chunks);
      expect({ sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length }).toMatchObject({
        sha256: announced.sha256,
        size: announced.size,
      });
      documents.set(announced.storage ? `${announced.storage}:${announced.key}` : announced.sha256, bytes);
      return { sha256: announced.sha256, created: true };
    },
  });
  const server = await startRpcServer({
    host: '127.0.0.1',
    port: 0,
    app: 'deployments',
    services: [deployments, storage],
    clock: systemClock,
    log: silentLogger(),
  });
  return { url: server.url, documents, applied, actors, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
