-- What a registration must know of the schema that it changes: whether anything of it changed since it was read, and which versions are
-- found by the identity of their content alone.

alter table sluicegate.schema
    add column revision bigint not null default 0;  -- another one after each change of the row or of its versions

-- Whether the identity of the content tells if a schema is just this version. Not so with references, which a schema may also write out,
-- with a version number in the metadata, and for contents of an earlier release, which have no identity. Null: not known.
alter table sluicegate.version add column regular boolean;

-- Functions of the release before change the row of a schema with each version, but know no revision.
create function sluicegate.next_revision() returns trigger language plpgsql as $$
begin
    new.revision := old.revision + 1;
    return new;
end $$;

create trigger schema_revision before update on sluicegate.schema
    for each row when (new.revision = old.revision) execute function sluicegate.next_revision();
