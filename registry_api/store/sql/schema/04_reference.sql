-- The references of a version. Each version has references of its own, also where it shares its
-- content with others: the same content may be registered in several places, and a version that an
-- active version refers to must be active itself. No cascade: a referenced version stays.
create table sluicegate.reference (
    version_id bigint  not null references sluicegate.version (id),
    name       text    not null collate "C",
    schema_id  bigint  not null,
    number     integer not null,
    place      integer,  -- in the order in which references were written; null: by name
    primary key (version_id, name),
    foreign key (schema_id, number) references sluicegate.version (schema_id, number)
);

-- The versions that refer to a version.
create index reference_target on sluicegate.reference (schema_id, number);
