-- Contexts that were ever used; the default one need not be here.
create table sluicegate.context (
    name       text        primary key collate "C",
    created_at timestamptz not null default now()
);

-- The settings of a subject, of a context (subject ''), and of everything (context '.__GLOBAL').
-- The compatibility of a subject that is there is its schema's, and not in config.
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
