-- The next global id of a context. The caller holds the advisory lock of the context's content
-- ids. Imported ids of 2^30 and more do not move it, so no import can leave the registry without
-- ids. If an import took the last id below 2^30, a free one is drawn.
create or replace function sluicegate.next_content_id(p_context text) returns integer language plpgsql as $$
declare
    v_id integer;
begin
    select coalesce(max(c.id), 0) + 1 into v_id
    from sluicegate.content c where c.context = p_context and c.id < 1073741824;
    while v_id >= 1073741824 or exists (select from sluicegate.content c where c.context = p_context and c.id = v_id) loop
        v_id := 1 + floor(random() * 1073741823)::integer;
    end loop;
    return v_id;
end $$;
