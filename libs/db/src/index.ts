export { closeAgentStream } from './agents/close-agent-stream.ts';
export { forgetAgents } from './agents/forget-agents.ts';
export { type AgentPosition, countAgents, listAgents, type SelectedAgent } from './agents/list-agents.ts';
export { type AgentToOpen, openAgentStream } from './agents/open-agent-stream.ts';
export { type Claimed, type ClaimedRun, claimFlowRuns } from './claim/claim-flow-runs.ts';
export { findNextDue } from './claim/find-candidates.ts';
export { type Database, openDatabase } from './connection/database.ts';
export { type DatabaseClock, startDatabaseClock } from './connection/database-clock.ts';
export {
  ConnectionLostError,
  type DedicatedConnection,
  dedicatedConnection,
} from './connection/dedicated-connection.ts';
export { findServerLockHolder, type HeldLock, holdServerLock } from './connection/hold-lock.ts';
export { type Installation, type InstallationOptions, openInstallation } from './connection/installation.ts';
export { toInstant } from './connection/instant.ts';
export { isDatabaseAway } from './connection/is-database-away.ts';
export { migrate } from './connection/migrate.ts';
export type { Executor } from './connection/statement.ts';
export type {
  JsonObject,
  ScheduleOptions,
  StoragePlace,
  StoredSchedule,
  StoredScheduleSpec,
} from './connection/tables.ts';
export { openTransactionPool, type TransactionPool } from './connection/transaction-pool.ts';
export { type Transaction, withTransaction } from './connection/with-transaction.ts';
export {
  type AppliedDeployments,
  type ApplyContext,
  applyDeployments,
  type PlannedDeployment,
  planDeployments,
} from './deployments/apply-deployments.ts';
export { deleteDeployment } from './deployments/delete-deployment.ts';
export type { DeploymentSpec, ScheduleSpec } from './deployments/deployment-spec.ts';
export {
  type DeploymentVersionRow,
  listDeploymentVersions,
  readDeploymentVersion,
} from './deployments/deployment-versions.ts';
export { type DeploymentKey, findDeployment, lockDeploymentChanges } from './deployments/find-deployment.ts';
export { findFlowRunByKey } from './deployments/find-flow-run-by-key.ts';
export { findFlowIds, findOrCreateFlows } from './deployments/find-or-create-flows.ts';
export {
  countDeployments,
  type DeploymentFilter,
  type DeploymentOrder,
  listDeployments,
} from './deployments/list-deployments.ts';
export type { DeploymentPlan } from './deployments/plan-deployment.ts';
export {
  type CurrentDeployment,
  type CurrentSchedule,
  keepDeployment,
  readDeployments,
} from './deployments/read-deployments.ts';
export { namesOfQueues, readQueueNames } from './deployments/read-queue-names.ts';
export { findDocuments } from './documents/find-documents.ts';
export { type DocumentToInsert, insertDocument } from './documents/insert-document.ts';
export { readDocumentSlice } from './documents/read-document.ts';
export { type ChangedFlowRun, deletedOrdinal, findChangedFlowRuns } from './flow-runs/find-changed-flow-runs.ts';
export type { FlowRunFilter } from './flow-runs/flow-run-conditions.ts';
export { flowRunExists } from './flow-runs/flow-run-exists.ts';
export { getFlowRun } from './flow-runs/get-flow-run.ts';
export { countFlowRuns, type FlowRunPosition, type FlowRunSort, listFlowRuns } from './flow-runs/list-flow-runs.ts';
export { readFlowRunStates } from './flow-runs/read-flow-run-states.ts';
export { type FlowRunWithCode, readFlowRuns } from './flow-runs/read-flow-runs.ts';
export { type NamedFlowRuns, readNamedFlowRuns } from './flow-runs/read-named-flow-runs.ts';
export { type RunHead, readRunHeads } from './flow-runs/read-run-heads.ts';
export { type SelectedFlowRun, selectFlowRuns } from './flow-runs/select-flow-runs.ts';
export { acknowledgeFlowRuns } from './holders/acknowledge-flow-runs.ts';
export { adoptFlowRuns, type HeldRun } from './holders/adopt-flow-runs.ts';
export { expireHolder } from './holders/expire-holder.ts';
export { hasHeldFlowRuns } from './holders/has-held-flow-runs.ts';
export { releaseForgotten } from './holders/release-forgotten.ts';
export { releaseUnacknowledged } from './holders/release-unacknowledged.ts';
export { releaseUnheardOf } from './holders/release-unheard-of.ts';
export { leaseMs, renewHolder } from './holders/renew-holder.ts';
export type { LogBatchToWrite } from './logs/log-chunk.ts';
export { type LogLane, openLogLane } from './logs/log-lane.ts';
export type { LogLine } from './logs/log-line.ts';
export { type LogPage, type LogPosition, logStart, readLog } from './logs/read-log.ts';
export type { LogBatchOutcome } from './logs/write-log-batches.ts';
export { agentMessage } from './messages/agent-message.ts';
export { flowRunMessage } from './messages/flow-run-message.ts';
export { logRecordMessage } from './messages/log-record-message.ts';
export { type StateRow, stateMessage } from './messages/state-message.ts';
export { stateTypeOf } from './messages/state-type.ts';
export { storageMessage } from './messages/storage-message.ts';
export { durationMessage, timestampMessage, timestampMessageOrNone } from './messages/time-message.ts';
export { workQueueMessage } from './messages/work-queue-message.ts';
export { dropPartitions } from './partitions/drop-partitions.ts';
export { ensurePartitions } from './partitions/ensure-partitions.ts';
export { createWorkQueue, type WorkQueueToCreate } from './queues/create-work-queue.ts';
export { findQueueIds } from './queues/find-queue-ids.ts';
export { findWorkQueue } from './queues/find-work-queue.ts';
export { countWorkQueues, listWorkQueues } from './queues/list-work-queues.ts';
export { deleteOldFires } from './schedules/delete-old-fires.ts';
export {
  countScheduleFires,
  listScheduleFires,
  type ScheduleFireFilter,
  type ScheduleFirePosition,
  type ScheduleFireRow,
} from './schedules/list-schedule-fires.ts';
export { lockSchedulesOf } from './schedules/lock-schedules.ts';
export { randomRunName } from './schedules/run-name.ts';
export {
  type FireRange,
  type PlannedFireRow,
  type ScheduledWindow,
  scheduleFlowRuns,
  TooManyFiresError,
} from './schedules/schedule-flow-runs.ts';
export {
  findNextTopUp,
  type TopUp,
  type TopUpOptions,
  topUpAllSchedules,
  topUpSchedules,
} from './schedules/top-up-schedules.ts';
export { openSignals, type Signal, type Signals } from './signals/signals.ts';
export { findStorage, lockStorage, type StorageKey } from './storages/find-storage.ts';
export { findStorageIds } from './storages/find-storage-ids.ts';
export { findStorageUsers } from './storages/find-storage-users.ts';
export { countStorages, listStorages } from './storages/list-storages.ts';
export {
  deleteStorage,
  insertStorage,
  replaceStorageSecret,
  type StorageToWrite,
  writeDefaultStorage,
} from './storages/write-storage.ts';
export { createFlowRuns, type FlowRunToCreate } from './transitions/create-flow-runs.ts';
export { createHeldFlowRun } from './transitions/create-held-flow-run.ts';
export { deleteEndedFlowRuns, findOldestFlowRun, findOldestHeldFlowRun } from './transitions/delete-ended-flow-runs.ts';
export { expireFlowRuns } from './transitions/expire-flow-runs.ts';
export type { Infrastructure } from './transitions/flow-run-row.ts';
export { type FlowRunItem, type ItemAnswer, openTransitionLanes, type TransitionLanes } from './transitions/lanes.ts';
export { lateAfterMs, markLateFlowRuns } from './transitions/mark-late-flow-runs.ts';
