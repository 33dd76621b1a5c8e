-- Subjects: contexts other than the default one, settings for scopes, and what makes a content's identity beside its text.

alter table sluicegate.content
    add column guid uuid,       -- null: kept by an earlier release, or with references by the native API
    add column metadata jsonb,
    add column rules jsonb;

create index content_guid on sluicegate.content (guid);

-- The context is last: while the table was new, an index that begins with it looked as good as the primary key to the planner, which then
-- read every content of the context for each check of a foreign key.
alter table sluicegate.content
    add constraint content_fingerprint_context_key unique (fingerprint, context),
    drop constraint content_context_fingerprint_key;

-- Contexts that were ever used; the default one need not be here.
create table sluicegate.context (
    name       text        primary key collate "C",
    created_at timestamptz not null default now()
);

-- The settings of a subject, of a context (subject ''), and of everything (context '.__GLOBAL'). The compatibility of a subject that is there
-- is its schema's, and not in config.
create table sluicegate.setting (
    context       text        not null collate "C",
    subject       text        not null collate "C",
    config        jsonb,      -- null: nothing is configured
    mode          text,
    alias_context text        collate "C",
    alias_subject text        collate "C",
    updated_at    timestamptz not null default now(),
    primary key (context, subject)
);

-- The order in which references were written, which Confluent's identity of a content goes by; null: by name.
alter table sluicegate.reference add column place integer;

-- Which subjects are called so in other contexts, and who is an alias of whom.
create index schema_subject on sluicegate.schema (subject);
