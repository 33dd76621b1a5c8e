-- Locks the rows of schemas in the order of their ids: p_schema_id (unless it is null) to be
-- changed, the others to stay as they are. Many may refer to one schema at the same time, and a
-- writer that deactivates a version of it waits and then sees them.
create or replace function sluicegate.lock_schemas(p_schema_id bigint, p_others bigint[]) returns void language plpgsql as $$
declare
    v_id bigint;
begin
    for v_id in select distinct ids.id from unnest(p_others || p_schema_id) as ids (id) where ids.id is not null order by ids.id loop
        if v_id = p_schema_id then
            perform from sluicegate.schema s where s.id = v_id for no key update;
        else
            perform from sluicegate.schema s where s.id = v_id for share;
        end if;
    end loop;
end $$;
