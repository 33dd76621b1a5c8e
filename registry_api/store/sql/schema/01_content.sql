-- Text that is compared or ordered has collation "C": the same order everywhere, and no index that
-- a new libc makes wrong.

create table sluicegate.content (
    context     text        not null default '.' collate "C",
    id          integer     not null,  -- the global id, four bytes in Confluent's wire format
    format      text        not null collate "C",
    text        text        not null,
    fingerprint text        not null collate "C",
    created_at  timestamptz not null default now(),
    artifact    bytea,      -- the text, compiled, for formats that are compiled; a draft for JSON
    guid        uuid,       -- null: not known
    metadata    jsonb,
    rules       jsonb,
    identity    text        collate "C",  -- the digest of format, text, references, metadata and rules; null: not known
    purged_at   timestamptz,  -- the id stays taken, with its guid, after the content was removed for good
    primary key (context, id),
    -- The context is last. While the table was new, an index that begins with the context looked as
    -- good as the primary key to the planner: it read every content of the context for each check
    -- of a foreign key.
    unique (fingerprint, context)
);

create index content_guid on sluicegate.content (guid);
create index content_identity on sluicegate.content (identity, context);
