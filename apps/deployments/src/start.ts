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
import { deleteDeployment } from './rpc/delete-deployment.ts';
import { getDeployment } from './rpc/get-deployment.ts';
import { getDocument } from './rpc/get-document.ts';
import { listDeploymentVersions } from './rpc/list-deployment-versions.ts';
import { listDeployments } from './rpc/list-deployments.ts';
import { putDocument } from './rpc/put-document.ts';
import { rollbackDeployment } from './rpc/rollback-deployment.ts';
import { setScheduleActive } from './rpc/set-schedule-active.ts';

/** Serves the deployments, the runs made of them, and the documents that they run. */
export async function startDeployments(options: AppOptions): Promise<RunningApp> {
  const { database, readyAgents = openReadyAgents() } = options;
  const transactions = openTransactionPool(database, { applicationName: 'millrace runs', size: 4 });
  const context: Context = { ...options, schemas: openParameterSchemas(), transactions, readyAgents };
  const services = [
    service(DeploymentService, {
      createDeployment: (request, call) => createDeployment(context, request, call),
      applyDeployments: (request, call) => applyDeployments(context, request, call),
      getDeployment: (request) => getDeployment(context, request),
      listDeployments: (request) => listDeployments(context, request),
      deleteDeployment: (request, call) => deleteDeployment(context, request, call),
      setScheduleActive: (request, call) => setScheduleActive(context, request, call),
      listDeploymentVersions: (request) => listDeploymentVersions(context, request),
      rollbackDeployment: (request, call) => rollbackDeployment(context, request, call),
      createFlowRun: (request, call) => createFlowRun(context, request, call),
    }),
    service(StorageService, {
      putDocument: (requests, call) => putDocument(context, requests, call),
      getDocument: (request, call) => getDocument(context, request, call),
    }),
  ];
  return { services, [Symbol.asyncDispose]: () => transactions[Symbol.asyncDispose]() };
}
