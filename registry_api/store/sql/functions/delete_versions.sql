-- Deletes versions of a subject, softly or for good; a subject without versions goes with its
-- settings. The removal is recorded while names and ids are there.
create or replace function sluicegate.delete_versions(
    p_schema_id bigint, p_numbers integer[], p_permanent boolean, p_actor text, p_request_id text
) returns void language plpgsql as $$
declare
    v_number integer;
begin
    update sluicegate.schema s set revision = s.revision + 1 where s.id = p_schema_id;  -- and hold the row
    foreach v_number in array p_numbers loop
        perform sluicegate.record_event(
            case when p_permanent then 'version_deleted' else 'version_deactivated' end, p_schema_id, v_number, p_actor, p_request_id);
    end loop;
    if p_permanent then
        perform sluicegate.remove_versions(p_schema_id, p_numbers);
        if not exists (select from sluicegate.version v where v.schema_id = p_schema_id) then
            delete from sluicegate.setting t using sluicegate.schema s
            where s.id = p_schema_id and t.context = s.context and t.subject = s.subject;
            delete from sluicegate.schema s where s.id = p_schema_id;
        end if;
    else
        update sluicegate.version v set deactivated_at = now()
        where v.schema_id = p_schema_id and v.number = any(p_numbers) and v.deactivated_at is null;
    end if;
end $$;
