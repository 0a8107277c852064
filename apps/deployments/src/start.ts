import { DeploymentService } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { openTransactionPool } from '@millrace/db';
import { service } from '@millrace/rpc/server';
import { type AppOptions, openReadyAgents, type RunningApp } from '@millrace/service';
import type { Context } from './context.ts';
import { openParameterSchemas } from './parameters/parameter-schemas.ts';
import { applyDeployments } from './rpc/apply-deployments.ts';
import { createDeployment } from './rpc/create-deployment.ts';
import { createFlowRun } from './rpc/create-flow-run.ts';
import { createStorage } from './rpc/create-storage.ts';
import { deleteDeployment } from './rpc/delete-deployment.ts';
import { deleteStorage } from './rpc/delete-storage.ts';
import { getDeployment } from './rpc/get-deployment.ts';
import { getDocument } from './rpc/get-document.ts';
import { getStorage } from './rpc/get-storage.ts';
import { listDeploymentVersions } from './rpc/list-deployment-versions.ts';
import { listDeployments } from './rpc/list-deployments.ts';
import { listScheduleFires } from './rpc/list-schedule-fires.ts';
import { listStorages } from './rpc/list-storages.ts';
import { previewSchedule } from './rpc/preview-schedule.ts';
import { putDocument } from './rpc/put-document.ts';
import { rollbackDeployment } from './rpc/rollback-deployment.ts';
import { scheduleFlowRuns } from './rpc/schedule-flow-runs.ts';
import { setDefaultStorage } from './rpc/set-default-storage.ts';
import { setScheduleActive } from './rpc/set-schedule-active.ts';
import { openNamedStorages } from './storages/named-storages.ts';

/** Serves the deployments, the runs made of them, the documents that they run, and the storages that hold these. */
export async function startDeployments(options: AppOptions): Promise<RunningApp> {
  const { database, readyAgents = openReadyAgents() } = options;
  const transactions = openTransactionPool(database, { applicationName: 'millrace runs', size: 4 });
  const storages = openNamedStorages(options.secrets);
  const context: Context = { ...options, schemas: openParameterSchemas(), transactions, readyAgents, storages };
  const services = [
    service(DeploymentService, {
      createDeployment: (request, call) => createDeployment(context, request, call),
      applyDeployments: (request, call) => applyDeployments(context, request, call),
      getDeployment: (request) => getDeployment(context, request),
      listDeployments: (request) => listDeployments(context, request),
      deleteDeployment: (request, call) => deleteDeployment(context, request, call),
      setScheduleActive: (request, call) => setScheduleActive(context, request, call),
      scheduleFlowRuns: (request, call) => scheduleFlowRuns(context, request, call),
      previewSchedule: (request) => previewSchedule(context, request),
      listScheduleFires: (request) => listScheduleFires(context, request),
      listDeploymentVersions: (request) => listDeploymentVersions(context, request),
      rollbackDeployment: (request, call) => rollbackDeployment(context, request, call),
      createFlowRun: (request, call) => createFlowRun(context, request, call),
    }),
    service(StorageService, {
      putDocument: (requests, call) => putDocument(context, requests, call),
      getDocument: (request, call) => getDocument(context, request, call),
      createStorage: (request, call) => createStorage(context, request, call),
      getStorage: (request) => getStorage(context, request),
      listStorages: (request) => listStorages(context, request),
      deleteStorage: (request) => deleteStorage(context, request),
      setDefaultStorage: (request, call) => setDefaultStorage(context, request, call),
    }),
  ];
  return {
    services,
    async [Symbol.asyncDispose]() {
      storages[Symbol.dispose]();
      await transactions[Symbol.asyncDispose]();
    },
  };
}
