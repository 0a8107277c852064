-- What watchers need: which runs changed since an instant, and which agents there are.

-- Read from its end, and written there: rows come in the order of receipt, give or take a transaction.
create index flow_run_state_received on millrace.flow_run_state (received);

-- Runs that were deleted lately, a row for each transaction that did so: their history has gone with them.
create table millrace.flow_run_deletion (
  id uuid primary key,
  received timestamptz not null,
  flow_run_ids uuid[] not null
);
create index flow_run_deletion_received on millrace.flow_run_deletion (received);

-- Processes that connected to take runs. Not touched by heartbeats: these renew the holder of the same id.
create table millrace.agent (
  id uuid primary key,
  created timestamptz not null,
  name text not null,
  work_queue_names text[] not null,
  slots integer not null,
  flow_runner_types text[] not null,
  version text not null,
  -- The stream that is open, as far as is known; each has an id of its own.
  stream_id uuid,
  -- When a stream was opened or ended last; the holder's lease may tell of a later time.
  last_seen timestamptz not null
);
create index agent_name on millrace.agent (name, id);
