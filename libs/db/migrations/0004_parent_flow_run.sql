-- Which run made a run, so that what a run started can be found.

-- No foreign key: a run outlives its parent and still says which it was, and a key would lock the parent's row, which is
-- written all the time, with each child.
alter table millrace.flow_run add column parent_flow_run_id uuid;

-- In the whole order of the list: a page is read, and no more. Like the others, untouched by entering RUNNING.
create index flow_run_parent on millrace.flow_run (parent_flow_run_id, sort_at desc, id desc)
  where parent_flow_run_id is not null;
