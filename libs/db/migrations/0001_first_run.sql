-- The model behind a run's way from its deployment to its end.
-- Tables are written with the schema `millrace`; another one is put in its place when the file is run.

create table millrace.flow (
  id uuid primary key,
  created timestamptz not null,
  updated timestamptz not null,
  name text not null unique,
  tags text[] not null default '{}',
  created_by text not null,
  updated_by text not null
);

create table millrace.deployment (
  id uuid primary key,
  created timestamptz not null,
  updated timestamptz not null,
  flow_id uuid not null references millrace.flow on delete cascade,
  name text not null,
  is_schedule_active boolean not null,
  version integer not null,
  description text not null,
  created_by text not null,
  updated_by text not null,
  unique (flow_id, name)
);

create index deployment_created on millrace.deployment (created desc, id desc);

-- What a version runs; never changed once written. A run records its version and runs that code.
create table millrace.deployment_version (
  deployment_id uuid not null references millrace.deployment on delete cascade,
  version integer not null,
  created timestamptz not null,
  created_by text not null,
  flow_data_encoding text not null,
  flow_data_blob bytea not null,
  parameters jsonb not null,
  tags text[] not null,
  flow_runner_type text not null,
  flow_runner_config jsonb not null,
  parameter_schema jsonb,
  enforce_parameter_schema boolean not null,
  priority smallint not null,
  max_retries integer not null,
  retry_delays_ms float8[] not null,
  -- The schedules as declared, so that a rollback can bring them back.
  schedules jsonb not null,
  primary key (deployment_id, version)
);

create table millrace.schedule (
  id uuid primary key,
  deployment_id uuid not null references millrace.deployment on delete cascade,
  slug text not null,
  -- { kind: "interval", intervalMs, anchorMs }
  spec jsonb not null,
  timezone text not null,
  active boolean not null,
  parameters jsonb not null,
  -- Fires up to here are in the ledger.
  watermark timestamptz not null,
  -- When to look again for fires to make; null while it fires nothing.
  top_up_at timestamptz,
  error text,
  unique (deployment_id, slug)
) with (fillfactor = 70);
create index schedule_top_up on millrace.schedule (top_up_at) where top_up_at is not null;

create table millrace.flow_run (
  id uuid primary key,
  created timestamptz not null,
  updated timestamptz not null,
  name text not null,
  flow_id uuid not null references millrace.flow on delete cascade,
  deployment_id uuid references millrace.deployment on delete set null,
  deployment_version integer,
  schedule_id uuid,
  auto_scheduled boolean not null,
  parameters jsonb not null,
  tags text[] not null,
  flow_runner_type text not null,
  flow_runner_config jsonb not null,
  priority smallint not null,
  max_retries integer not null,
  retry_delays_ms float8[] not null,
  idempotency_key text,
  created_by text not null,
  updated_by text not null,
  -- The current state.
  state_id uuid not null,
  state_type text not null,
  state_name text not null,
  state_message text not null,
  state_timestamp timestamptz not null,
  state_data_encoding text,
  state_data_blob bytea,
  state_cause text,
  state_actor text not null,
  state_count integer not null,
  -- Only while SCHEDULED.
  scheduled_time timestamptz,
  run_count integer not null,
  returns integer not null,
  expected_start_time timestamptz not null,
  start_time timestamptz,
  end_time timestamptz,
  total_run_time_ms float8 not null,
  epoch integer not null,
  holder_id uuid,
  -- Whether the holder has said that it has the run.
  acknowledged boolean not null default false,
  work_queue_id uuid,
  infrastructure jsonb not null default '{}',
  sort_at timestamptz not null
) with (fillfactor = 60);
-- None of these columns, predicates included, is touched by entering RUNNING: that update stays within its page.
create index flow_run_sort on millrace.flow_run (sort_at desc, id desc);
create index flow_run_created on millrace.flow_run (created desc, id desc);
create index flow_run_deployment on millrace.flow_run (deployment_id, sort_at desc) where deployment_id is not null;
create index flow_run_scheduled on millrace.flow_run (scheduled_time) where scheduled_time is not null;
create index flow_run_held on millrace.flow_run (holder_id) where holder_id is not null;
create index flow_run_handed_out on millrace.flow_run (work_queue_id) where holder_id is not null;
create unique index flow_run_idempotency on millrace.flow_run (flow_id, idempotency_key) where idempotency_key is not null;

-- Each state a run has been in. By the day of receipt, so that old days are dropped whole.
create table millrace.flow_run_state (
  flow_run_id uuid not null,
  ordinal integer not null,
  received timestamptz not null,
  id uuid not null,
  type text not null,
  name text not null,
  message text not null,
  "timestamp" timestamptz not null,
  data_encoding text,
  data_blob bytea,
  scheduled_time timestamptz,
  cause text,
  actor text not null,
  epoch integer not null,
  -- The proposal that led to it, and what was answered, so that a repeated one gets the same answer.
  request_id uuid,
  answer_status text not null,
  answer_reason text not null,
  primary key (flow_run_id, ordinal, received)
) partition by range (received);
create table millrace.flow_run_state_default partition of millrace.flow_run_state default;

-- Who holds runs; one row is renewed, however many runs are held.
create table millrace.holder (
  id uuid primary key,
  kind text not null,
  name text not null,
  lease_until timestamptz not null
) with (fillfactor = 50);

create table millrace.work_queue (
  id uuid primary key,
  created timestamptz not null,
  updated timestamptz not null,
  name text not null unique,
  description text not null,
  -- Null is no condition; an empty list is stored as null.
  filter_tags text[],
  filter_deployment_ids uuid[],
  filter_flow_runner_types text[],
  is_paused boolean not null,
  concurrency_limit integer,
  created_by text not null,
  updated_by text not null
);

-- Which queue may hand out which waiting run. No foreign keys: they would lock the runs' rows.
create table millrace.queue_entry (
  work_queue_id uuid not null,
  priority smallint not null,
  due_at timestamptz not null,
  flow_run_id uuid not null,
  primary key (work_queue_id, priority, due_at, flow_run_id)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
create index queue_entry_flow_run on millrace.queue_entry (flow_run_id);

-- The fire ledger: inserting a row is what makes a fire happen once. It outlives the run.
create table millrace.schedule_fire (
  schedule_id uuid not null references millrace.schedule on delete cascade,
  fire_at timestamptz not null,
  flow_run_id uuid,
  -- scheduled, started, or skipped
  status text not null,
  reason text,
  primary key (schedule_id, fire_at)
) with (fillfactor = 70);
create index schedule_fire_flow_run on millrace.schedule_fire (flow_run_id) where flow_run_id is not null;

-- How far each run's log has come; locked while records are added.
create table millrace.log_cursor (
  flow_run_id uuid primary key references millrace.flow_run on delete cascade,
  chunks integer not null,
  -- The last batch of the epoch that wrote last.
  epoch integer not null,
  batch_id bigint not null
) with (fillfactor = 50);

create table millrace.log_chunk (
  flow_run_id uuid not null,
  ordinal integer not null,
  received timestamptz not null,
  epoch integer not null,
  batch_id bigint not null,
  -- Written under an epoch that was stale already.
  late boolean not null,
  first_sequence bigint not null,
  record_count integer not null,
  first_timestamp timestamptz not null,
  last_timestamp timestamptz not null,
  max_level smallint not null,
  body bytea not null,
  primary key (flow_run_id, ordinal, received)
) partition by range (received);
create table millrace.log_chunk_default partition of millrace.log_chunk default;

create table millrace.document (
  sha256 bytea primary key,
  created timestamptz not null,
  created_by text not null,
  size integer not null,
  body bytea not null
);
alter table millrace.document alter column body set storage external;

create table millrace.document_ref (
  sha256 bytea not null references millrace.document,
  deployment_id uuid not null,
  version integer not null,
  primary key (sha256, deployment_id, version),
  foreign key (deployment_id, version) references millrace.deployment_version on delete cascade
);
