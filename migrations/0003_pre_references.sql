-- What versions refer to. Each version has references of its own, also where it shares its content with others: the same content may be
-- registered in several places, and what an active version refers to must be active itself. No cascade: what is referred to stays.
create table sluicegate.reference (
    version_id bigint  not null references sluicegate.version (id),
    name       text    not null collate "C",
    schema_id  bigint  not null,
    number     integer not null,
    primary key (version_id, name),
    foreign key (schema_id, number) references sluicegate.version (schema_id, number)
);

-- Who refers to a version.
create index reference_target on sluicegate.reference (schema_id, number);

-- What the text was compiled to, for formats that are compiled.
alter table sluicegate.content add column artifact bytea;
