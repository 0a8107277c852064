import type { ColumnType } from 'kysely';

/** Read as epoch milliseconds, written as `toInstant` gives it. */
type Instant = ColumnType<number, string, string>;
type NullableInstant = ColumnType<number | null, string | null, string | null>;
/** Read as a value, written as JSON text. */
type Json<Value> = ColumnType<Value, string, string>;
type Defaulted<Value> = ColumnType<Value, Value | undefined, Value>;

export type JsonObject = { [key: string]: unknown };

/** A schedule's spec as stored. */
export type StoredScheduleSpec =
  | { kind: 'interval'; intervalMs: number; anchorMs: number | null }
  | { kind: 'cron'; cron: string; dayOr: boolean }
  | { kind: 'rrule'; rrule: string };

/** What a schedule has besides, as stored; what is absent is the default. */
export type ScheduleOptions = {
  dstGap?: 'next-valid' | 'skip';
  dstFold?: 'first' | 'second' | 'both';
  jitterMs?: number;
  overlap?: 'skip' | 'buffer-one';
  catchUp?: 'latest' | 'none';
  expireAfterMs?: number;
};

/** A schedule as a deployment's version declares it. */
export interface StoredSchedule {
  slug: string;
  spec: StoredScheduleSpec;
  timezone: string;
  parameters: JsonObject;
  options: ScheduleOptions;
  /** As it was declared; absent where nothing was said of it. */
  active?: boolean;
}

/** Where a storage is. */
export type StoragePlace =
  | { kind: 'local'; basePath: string }
  /** An empty text says nothing. */
  | { kind: 's3'; bucket: string; region: string; endpoint: string; accessKeyId: string };

export interface InfrastructureRow {
  pid?: number;
  host?: string;
  exit_code?: number;
  signal?: string;
}

/** The tables, as the migrations make them. */
export interface Tables {
  flow: {
    id: string;
    created: Instant;
    updated: Instant;
    name: string;
    tags: Defaulted<string[]>;
    created_by: string;
    updated_by: string;
  };
  deployment: {
    id: string;
    created: Instant;
    updated: Instant;
    flow_id: string;
    name: string;
    is_schedule_active: boolean;
    version: number;
    description: string;
    created_by: string;
    updated_by: string;
  };
  deployment_version: {
    deployment_id: string;
    version: number;
    created: Instant;
    created_by: string;
    flow_data_encoding: string;
    flow_data_blob: Buffer;
    parameters: Json<JsonObject>;
    tags: string[];
    flow_runner_type: string;
    flow_runner_config: Json<JsonObject>;
    parameter_schema: ColumnType<JsonObject | null, string | null, string | null>;
    enforce_parameter_schema: boolean;
    priority: number;
    max_retries: number;
    retry_delays_ms: number[];
    schedules: Json<StoredSchedule[]>;
  };
  schedule: {
    id: string;
    deployment_id: string;
    slug: string;
    spec: Json<StoredScheduleSpec>;
    timezone: string;
    active: boolean;
    parameters: Json<JsonObject>;
    options: ColumnType<ScheduleOptions, string | undefined, string>;
    watermark: Instant;
    top_up_at: NullableInstant;
    error: string | null;
  };
  flow_run: FlowRunTable;
  flow_run_state: {
    flow_run_id: string;
    ordinal: number;
    received: Instant;
    id: string;
    type: string;
    name: string;
    message: string;
    timestamp: Instant;
    data_encoding: string | null;
    data_blob: Buffer | null;
    scheduled_time: NullableInstant;
    cause: string | null;
    actor: string;
    epoch: number;
    request_id: string | null;
    answer_status: string;
    answer_reason: string;
  };
  flow_run_deletion: { id: string; received: Instant; flow_run_ids: string[] };
  holder: { id: string; kind: string; name: string; lease_until: Instant };
  agent: {
    id: string;
    created: Instant;
    name: string;
    work_queue_names: string[];
    slots: number;
    flow_runner_types: string[];
    version: string;
    stream_id: string | null;
    last_seen: Instant;
  };
  work_queue: {
    id: string;
    created: Instant;
    updated: Instant;
    name: string;
    description: string;
    filter_tags: string[] | null;
    filter_deployment_ids: string[] | null;
    filter_flow_runner_types: string[] | null;
    is_paused: boolean;
    concurrency_limit: number | null;
    created_by: string;
    updated_by: string;
  };
  queue_entry: { work_queue_id: string; priority: number; due_at: Instant; flow_run_id: string };
  schedule_fire: {
    schedule_id: string;
    fire_at: Instant;
    flow_run_id: string | null;
    status: string;
    reason: string | null;
  };
  schedule_gate: { schedule_id: string; flow_run_id: string; waiting_flow_run_id: string | null };
  log_cursor: { flow_run_id: string; chunks: number; epoch: number; batch_id: number };
  log_chunk: {
    flow_run_id: string;
    ordinal: number;
    received: Instant;
    epoch: number;
    batch_id: number;
    late: boolean;
    first_sequence: number;
    record_count: number;
    first_timestamp: Instant;
    last_timestamp: Instant;
    max_level: number;
    body: Buffer;
  };
  document: { sha256: Buffer; created: Instant; created_by: string; size: number; body: Buffer };
  document_ref: { sha256: Buffer; deployment_id: string; version: number };
  storage: {
    id: string;
    created: Instant;
    updated: Instant;
    name: string;
    place: Json<StoragePlace>;
    secret: Buffer | null;
    is_default: boolean;
    created_by: string;
    updated_by: string;
  };
  storage_ref: { storage_id: string; deployment_id: string; version: number };
}

export interface FlowRunTable {
  id: string;
  created: Instant;
  updated: Instant;
  name: string;
  flow_id: string;
  deployment_id: string | null;
  deployment_version: number | null;
  schedule_id: string | null;
  auto_scheduled: boolean;
  parameters: Json<JsonObject>;
  tags: string[];
  flow_runner_type: string;
  flow_runner_config: Json<JsonObject>;
  priority: number;
  max_retries: number;
  retry_delays_ms: number[];
  idempotency_key: string | null;
  created_by: string;
  updated_by: string;
  state_id: string;
  state_type: string;
  state_name: string;
  state_message: string;
  state_timestamp: Instant;
  state_data_encoding: string | null;
  state_data_blob: Buffer | null;
  state_cause: string | null;
  state_actor: string;
  state_count: number;
  scheduled_time: NullableInstant;
  run_count: number;
  returns: number;
  expected_start_time: Instant;
  start_time: NullableInstant;
  end_time: NullableInstant;
  total_run_time_ms: number;
  epoch: number;
  holder_id: string | null;
  acknowledged: Defaulted<boolean>;
  work_queue_id: string | null;
  infrastructure: Json<InfrastructureRow>;
  sort_at: Instant;
  parent_flow_run_id: string | null;
  overlap: ScheduleOptions['overlap'] | null;
  /** "all" is the default of schedules. */
  catch_up: NonNullable<ScheduleOptions['catchUp']> | 'all' | null;
  start_before: NullableInstant;
  late_from: ColumnType<number | null, never, never>;
  expires_at: ColumnType<number | null, never, never>;
}
