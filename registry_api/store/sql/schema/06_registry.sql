-- The registry's identity, made once. Workers key the schemas that they keep by it, so that a
-- changed address or a shared folder never mixes the schemas of two registries. A copied database
-- has the same identity until it is given another one.
create table sluicegate.registry (
    singleton boolean primary key default true check (singleton),
    id        uuid    not null default gen_random_uuid()
);

insert into sluicegate.registry default values;
