-- The audit: one row for each change, in the transaction of the change. A trigger on events writes
-- it.

create sequence sluicegate.audit_id;

create table sluicegate.audit (
    id         bigint      not null default nextval('sluicegate.audit_id'),
    at         timestamptz not null default now(),
    principal  text        not null,
    credential text,       -- the kind of credential; null: not known
    key_id     text,
    source     text,       -- the address of the caller
    api        text,
    operation  text,       -- of the API
    change     text,       -- null: nothing was changed
    context    text        collate "C",  -- null: the cluster
    subject    text        collate "C",  -- null: the cluster; '': the context
    before     jsonb,      -- ids, versions, settings; never texts
    after      jsonb,
    request_id text        not null,
    outcome    text        not null,
    count      integer     not null default 1,
    primary key (at, id)
) partition by range (at);

create index audit_principal on sluicegate.audit (principal, at);
create index audit_subject on sluicegate.audit (subject, at) where subject <> '';

-- Rows for which no month was prepared.
create table sluicegate.audit_rest partition of sluicegate.audit default;
