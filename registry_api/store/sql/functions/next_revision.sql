-- A change of a schema's row that sets no revision gets a new one.
create or replace function sluicegate.next_revision() returns trigger language plpgsql as $$
begin
    new.revision := old.revision + 1;
    return new;
end $$;

create trigger schema_revision before update on sluicegate.schema
    for each row when (new.revision = old.revision) execute function sluicegate.next_revision();
