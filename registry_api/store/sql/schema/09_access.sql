create table sluicegate.api_key (
    id           text        primary key collate "C",
    name         text        not null,
    owner        text,
    digest       bytea       not null,  -- of the secret, which is kept nowhere
    hashing      text        not null,  -- sha256, or hmac-sha256 with a pepper
    created_by   text        not null,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz,           -- to the hour
    replaces     text        collate "C"
);

create table sluicegate.access_grant (
    id         bigint      generated always as identity primary key,
    principal  text        not null collate "C",
    role       text        not null,
    context    text        collate "C",  -- null: the cluster
    subject    text        collate "C",  -- null: the cluster
    prefix     boolean     not null default false,
    created_by text        not null,
    created_at timestamptz not null default now(),
    check ((context is null) = (subject is null))
);

create unique index access_grant_once on sluicegate.access_grant (
    principal, role, coalesce(context, ''), coalesce(subject, ''), prefix, (subject is null)
);
