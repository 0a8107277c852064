import type { JsonObject, StoredSchedule } from '../connection/tables.ts';

/** A schedule as a deployment is to have it. */
export interface ScheduleSpec extends Omit<StoredSchedule, 'active'> {
  /** Null: as it is; a new one fires. */
  readonly active: boolean | null;
}

/** What a deployment is to be; checked already. */
export interface DeploymentSpec {
  readonly flowId: string;
  readonly name: string;
  readonly flowDataEncoding: string;
  readonly flowDataBlob: Uint8Array;
  /** Hex hash of the document that the flow data names, where it names one. */
  readonly document: string | null;
  /** The id of the storage in which the package is, where that has a name. */
  readonly storageId: string | null;
  readonly parameterSchema: JsonObject | null;
  readonly enforceParameterSchema: boolean;
  /** Slugs are unique. */
  readonly schedules: readonly ScheduleSpec[];
  /** Null: as it is; a new deployment's schedules are on. */
  readonly isScheduleActive: boolean | null;
  readonly parameters: JsonObject;
  readonly tags: readonly string[];
  /** Null: as it is; a new deployment has "universal". */
  readonly flowRunner: { readonly type: string; readonly config: JsonObject } | null;
  readonly description: string;
  readonly priority: number;
  readonly maxRetries: number;
  readonly retryDelaysMs: readonly number[];
}
