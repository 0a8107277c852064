-- Less to do for each run that is made; see docs/decisions/0021.

-- Each looked at another row for every row that was inserted. Flows are never deleted; who makes a run of a deployment has
-- the deployment's lock, or its schedule's, and so has who enters a fire.
alter table millrace.flow_run drop constraint flow_run_flow_id_fkey;
alter table millrace.flow_run drop constraint flow_run_deployment_id_fkey;
alter table millrace.schedule_fire drop constraint schedule_fire_schedule_id_fkey;

-- A run tells its schedule and the time that it is for, which is its fire's key; a deployment's runs that wait are found by
-- an index of theirs. A fire's settling changes nothing that is indexed now.
drop index millrace.schedule_fire_flow_run;
drop index millrace.schedule_fire_scheduled;

-- Read from their ends as well as from their begins; new runs go to the ends, which Postgres has a short way for.
drop index millrace.flow_run_created;
create index flow_run_created on millrace.flow_run (created, id);
drop index millrace.flow_run_sort;
create index flow_run_sort on millrace.flow_run (sort_at, id);
