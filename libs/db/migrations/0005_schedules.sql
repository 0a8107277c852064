-- What a schedule has besides when it fires, and what that makes of its runs.

-- Only what is not the default: { dstGap, dstFold, jitterMs, overlap, catchUp, expireAfterMs }
alter table millrace.schedule add column options jsonb not null default '{}';

alter table millrace.flow_run
  -- What its schedule held it to when it was made; null where it is held to nothing.
  add column overlap text,
  add column catch_up text,
  -- Skipped if it is not taken by then.
  add column start_before timestamptz,
  -- As one column each, so that entering RUNNING changes nothing that is indexed: they are null from the claim on.
  add column late_from timestamptz generated always as
    (case when state_name = 'Scheduled' then scheduled_time end) stored,
  add column expires_at timestamptz generated always as
    (case when run_count = 0 and scheduled_time is not null then start_before end) stored;
create index flow_run_late on millrace.flow_run (late_from) where late_from is not null;
create index flow_run_expiry on millrace.flow_run (expires_at) where expires_at is not null;
-- What is due is found in the queues, what is late by the index above; the runs of a deployment that wait, and those that a
-- new queue is to have, by this one.
drop index millrace.flow_run_scheduled;
create index flow_run_waiting on millrace.flow_run (deployment_id) where scheduled_time is not null;

-- What ended before it ran was not entered until now.
update millrace.schedule_fire f
set status = case when r.state_type = 'CANCELLED' then 'skipped' else 'started' end,
    reason = case when r.state_type = 'CANCELLED' then 'cancelled' end
from millrace.flow_run r
where r.id = f.flow_run_id and f.status = 'scheduled' and r.state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED');

-- Those that are yet to start, however many have been.
create index schedule_fire_scheduled on millrace.schedule_fire (schedule_id, fire_at) where status = 'scheduled';

-- Which run of a schedule goes on while others may not. No foreign keys: they would lock the schedule and the runs.
create table millrace.schedule_gate (
  schedule_id uuid primary key,
  flow_run_id uuid not null,
  -- The one that goes on when that has ended; it is in no queue meanwhile.
  waiting_flow_run_id uuid
) with (fillfactor = 50);
create index schedule_gate_flow_run on millrace.schedule_gate (flow_run_id);
create index schedule_gate_waiting on millrace.schedule_gate (waiting_flow_run_id) where waiting_flow_run_id is not null;
