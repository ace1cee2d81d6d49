-- The table that Brood fills (docs/operating/supabase.md). Run it once in the project's SQL editor; to run it
-- again changes nothing.

create table if not exists public.brood_executions (
  id                 text primary key,      -- Who told of it, and the how many-th it was.
  finished_at        timestamptz not null,
  kind               text not null,         -- job, cell or session
  tenant             text not null,
  key_id             text,
  request_id         text,
  job_id             text,
  language           text,
  profile            text,
  status             text not null,         -- ok, error, timeout, memory_limit, ...
  exit_code          bigint,
  code_sha256        text,
  cpu_micros         bigint not null,
  wall_micros        bigint not null,
  peak_memory_bytes  bigint not null,
  egress_up_bytes    bigint not null,
  egress_down_bytes  bigint not null,
  hosts              jsonb not null,
  denied_hosts       jsonb not null,
  detail             text
);

create index if not exists brood_executions_by_tenant
  on public.brood_executions (tenant, finished_at desc);
create index if not exists brood_executions_by_job on public.brood_executions (job_id);
create index if not exists brood_executions_by_code on public.brood_executions (code_sha256);

-- Brood writes with the service key, which no policy binds. A user reads what is his tenant's: the one that
-- the project's operator has put into his token.
alter table public.brood_executions enable row level security;

drop policy if exists brood_executions_own_tenant on public.brood_executions;
create policy brood_executions_own_tenant on public.brood_executions
  for select to authenticated
  using (tenant = (auth.jwt() -> 'app_metadata' ->> 'tenant'));
