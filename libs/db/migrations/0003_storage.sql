-- Storages with names, and which versions have their packages in them.

create table millrace.storage (
  id uuid primary key,
  created timestamptz not null,
  updated timestamptz not null,
  name text not null unique,
  -- { kind: "local", basePath } or { kind: "s3", bucket, region, endpoint, accessKeyId }
  place jsonb not null,
  -- Encrypted by a key that is not in the database.
  secret bytea,
  is_default boolean not null,
  created_by text not null,
  updated_by text not null
);
create unique index storage_default on millrace.storage (is_default) where is_default;

create table millrace.storage_ref (
  storage_id uuid not null references millrace.storage on delete cascade,
  deployment_id uuid not null,
  version integer not null,
  primary key (storage_id, deployment_id, version),
  foreign key (deployment_id, version) references millrace.deployment_version on delete cascade
);
-- For the cascade, and there is one at most.
create index storage_ref_version on millrace.storage_ref (deployment_id, version);
